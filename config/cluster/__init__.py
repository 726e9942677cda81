"""A whole site on one machine: the stores and the proxy beside the Procfile's processes, all under one supervisor."""
