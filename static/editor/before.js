/* Set CKEDITOR_BASEPATH: CKEditor looks for a script named ckeditor.js, which the manifest storage renames. */
window.CKEDITOR_BASEPATH = new URL("../ckeditor/ckeditor/", document.currentScript.src).href;
