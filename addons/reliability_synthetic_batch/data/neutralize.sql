-- Nothing to do: there are no rehearsals in a copy.
SELECT;
