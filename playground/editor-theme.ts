import type { editor } from 'monaco-editor/esm/vs/editor/editor.api.js';

/** Of the editors, by the names that they know. */
export const EDITOR_THEME = { dark: 'playground-dark', light: 'graphiql-LIGHT' };

const BACKGROUND = '#212a3b';
const PRIMARY = '#ff5794';
const PRIMARY_BACKGROUND = '#ff579419';
const TRANSPARENT = '#ffffff00';

/** GraphiQL's dark theme, with comments and line numbers that stand out from the background at least 4.5 to 1 (WCAG AA). */
export const DARK: editor.IStandaloneThemeData = {
  base: 'vs-dark',
  inherit: true,
  rules: [
    { token: 'argument.identifier.gql', foreground: '#908aff' },
    { token: 'comment', foreground: '#86b573' },
  ],
  colors: {
    'editor.background': TRANSPARENT,
    'editorLineNumber.foreground': '#9aa4b5',
    'scrollbar.shadow': TRANSPARENT,
    'textLink.foreground': PRIMARY,
    'textLink.activeForeground': PRIMARY,
    'editorLink.activeForeground': PRIMARY,
    'editorHoverWidget.background': BACKGROUND,
    'list.hoverBackground': PRIMARY_BACKGROUND,
    'list.highlightForeground': PRIMARY,
    'list.focusHighlightForeground': PRIMARY,
    'menu.background': BACKGROUND,
    'menu.selectionBackground': PRIMARY_BACKGROUND,
    'menu.selectionForeground': PRIMARY,
    'editorSuggestWidget.background': BACKGROUND,
    'editorSuggestWidget.selectedBackground': PRIMARY_BACKGROUND,
    'editorSuggestWidget.selectedForeground': PRIMARY,
    'editorWidget.background': BACKGROUND,
    'editorWidget.resizeBorder': PRIMARY,
    'input.background': '#b7c2d711',
    'inputOption.hoverBackground': PRIMARY_BACKGROUND,
    'toolbar.hoverBackground': PRIMARY_BACKGROUND,
    'quickInput.background': BACKGROUND,
    'quickInputList.focusForeground': '#ffffff',
    'quickInputList.focusBackground': PRIMARY_BACKGROUND,
    'pickerGroup.foreground': PRIMARY,
    focusBorder: PRIMARY,
  },
};
