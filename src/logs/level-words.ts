/** The severity of a message, in four levels. */
export type LineSeverity = 'severe' | 'warning' | 'info' | 'fine';

/** The level names of java.util.logging in every language that the JDK has them in, then those of other loggers. */
const WORDS: Readonly<Record<LineSeverity, readonly string[]>> = {
  severe: [
    ...['severe', 'schwerwiegend', 'grave', 'allvarlig', '重大', '심각', '严重', '嚴重'],
    ...['error', 'err', 'fatal', 'critical'],
  ],
  warning: [
    ...['warning', 'warnung', 'avertissement', 'advertencia', 'avvertenza', 'advertência', 'varning'],
    ...['警告', '경고', 'warn'],
  ],
  info: [
    ...['info', 'information', 'infos', 'información', 'informazioni', 'informações', '情報', '정보'],
    ...['信息', '資訊', 'config', 'konfiguration', 'configurar', 'configurazione', 'configuração', 'konfig'],
    ...['構成', '구성', '配置', '組態', 'notice'],
  ],
  fine: [
    ...[
      'fine',
      'finer',
      'finest',
      'fein',
      'feiner',
      'am feinsten',
      'précis',
      'plus précis',
      'le plus précis',
    ],
    ...['detallado', 'muy detallado', 'más detallado', 'buono', 'migliore', 'ottimale', 'detalhado', 'fin'],
    ...['mais detalhado', 'finare', 'finaste', '普通', '詳細', '最も詳細', '미세', '보다 미세', '가장 미세'],
    ...['详细', '较详细', '非常详细', '較詳細', '最詳細', 'debug', 'trace'],
  ],
};

const BY_WORD: ReadonlyMap<string, LineSeverity> = new Map(
  Object.entries(WORDS).flatMap(([severity, words]) => words.map((word) => [word, severity as LineSeverity])),
);

/** The severity of a level name in any known language; null for any other word. */
export function severityOf(word: string): LineSeverity | null {
  return BY_WORD.get(word.toLowerCase()) ?? null;
}
