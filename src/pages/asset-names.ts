// Written by `npm run generate` from the files in `src/pages/assets/`.

// The names change with the content, so that browsers can cache it forever.
export const STYLE_NAME = 'style-5TDu-q__dx.css';
export const SCRIPT_NAME = 'page-Rgxp5KBlwp.js';
