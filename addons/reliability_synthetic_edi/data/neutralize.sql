-- Nothing to do: the signals and documents of runs of the original are deleted by reliability_synthetic.
SELECT;
