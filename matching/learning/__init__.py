"""Learning from stewards: what people judged changes the weights, and says what to ask next; no Django."""
