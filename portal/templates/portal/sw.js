{% load static %}import "{% static "portal/js/sw-sync.js" %}";
