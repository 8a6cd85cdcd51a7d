"""What the forecast benchmarks share: series, scores, the engine and its peers, bootstrap, tables."""
