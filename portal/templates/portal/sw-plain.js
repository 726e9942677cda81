{% load static %}importScripts("{% static "portal/js/sw-shell.js" %}", "{% static "portal/js/sw-push.js" %}", "{% static "portal/js/sw-tap.js" %}");
self.cercleIcon = "{% static "portal/img/cercle-192.png" %}";
