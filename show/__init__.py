"""What shows things: figures, diagrams and explorers. The numeric modules never import from here."""
