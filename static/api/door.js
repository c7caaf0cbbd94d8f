"use strict";

// validatorUrl null: the page asks no other host.
SwaggerUIBundle({
  domNode: document.getElementById("door"),
  url: document.getElementById("door").dataset.openapi,
  validatorUrl: null,
  deepLinking: true,
  docExpansion: "list",
  persistAuthorization: false,
});
