-- It asks carriers for nothing by itself.
SELECT;
