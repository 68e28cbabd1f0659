-- Nothing to do: this addon only shows records; it sends and calls nothing.
SELECT;
