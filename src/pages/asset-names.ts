// Written by `npm run generate` from the files in `src/pages/assets/`.

// They change with the content, so that browsers may keep it for ever.
export const STYLE_NAME = 'style-5TDu-q__dx.css';
export const SCRIPT_NAME = 'page-Rgxp5KBlwp.js';
