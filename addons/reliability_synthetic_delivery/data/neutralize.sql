-- Nothing to do: rates are asked in rehearsals only, and a copy has none.
SELECT;
