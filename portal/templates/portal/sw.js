{% load static %}import "{% static "portal/js/sw-sync.js" %}";
import "{% static "portal/js/sw-push.js" %}";
self.cercleIcon = "{% static "portal/img/cercle-192.png" %}";
