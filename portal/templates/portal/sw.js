{% load static %}import "{% static "portal/js/sw-sync.js" %}";
import "{% static "portal/js/sw-push.js" %}";
import "{% static "portal/js/sw-tap.js" %}";
self.cercleIcon = "{% static "portal/img/cercle-192.png" %}";
