"""Questions that pages made of several rooms ask: one module per page (`circles` is the API's list)."""
