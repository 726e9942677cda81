{% load static %}importScripts("{% static "portal/js/sw-shell.js" %}");
