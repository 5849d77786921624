// How the search ranks sections, in place of the library Fuse and with as much of its interface as both renderers use.
// Fuse looks for a question as one string, letter by letter. Here each word counts for itself, whatever its ending:
// more, the rarer it is, and most where it names a section, in its heading or in search_words.py.
{
  const WEIGHTS = { words: 6, heading: 6, title: 1, text: 1 };
  const SMALL_WORDS = new Set([
    ..."a about an and are as at be by can do does for from how i if in is it its me my of on or should so".split(" "),
    ..."that the them then this to too use using was we what when where which why will with you your".split(" "),
  ]);

  const wordsOf = (text) => text.toLowerCase().normalize("NFKD").replace(/\p{M}/gu, "").match(/[\p{L}\p{N}]+/gu) ?? [];

  // overfit, overfits and overfitting are one word, and so are initialise and initialization.
  const stem = (word) => word.replaceAll("z", "s").replace(/(?<=....)ations?$|(?<=...)(?:ing|ed|es?|(?<!s|u|ia)s)$/, "")
    .replace(/([^aeiouls])\1$/, "$1");

  const telling = (text) => {
    const words = wordsOf(text);
    const large = words.filter((word) => !SMALL_WORDS.has(word));
    return [...new Set((large.length ? large : words).map(stem))].sort();
  };

  // How nearly a word of the index is the one typed, which may still want its end.
  const likeness = (typed, word) => (typed === word ? 1 : typed.length > 2 && word.startsWith(typed) ? 0.5 : 0);

  // How many letters must be changed, dropped or put in to make one word of another.
  const slips = (one, other) => {
    let above = Array.from({ length: other.length + 1 }, (_, column) => column);
    Array.from(one).forEach((letter, line) => {
      const row = [line + 1];
      for (let i = 0; i < other.length; i++) {
        row.push(Math.min(row[i] + 1, above[i + 1] + 1, above[i] + (letter === other[i] ? 0 : 1)));
      }
      above = row;
    });
    return above.at(-1);
  };

  window.Fuse = class {
    entries = [];
    index = new Map();  // each stem, with its worth in each entry that has it
    names = [];  // what each entry is called

    constructor(entries) {
      entries.forEach((entry) => this.add(entry));
    }

    add(entry) {
      const { title, text, words = "" } = entry;
      const heading = (entry.section || title).replace(/^\d+ /, "");  // a chapter is asked for by its name
      const number = this.entries.push(entry) - 1;
      this.names.push(new Set([heading, ...words.split(",")].map((name) => telling(name).join(" "))));
      for (const [part, content] of Object.entries({ words, heading, title, text })) {
        const stems = wordsOf(content).map(stem);
        const worth = WEIGHTS[part] / (part === "text" ? 0.5 + stems.length / 300 : 1);  // little in a long text
        for (const found of stems) {
          if (!this.index.has(found)) this.index.set(found, new Map());
          const worths = this.index.get(found);
          worths.set(number, (worths.get(number) ?? 0) + worth);
        }
      }
    }

    // A stem as the index has it: if it begins no word there, the one that it was meant to be, if there is one.
    known(typed) {
      const stems = [...this.index.keys()];
      if (stems.some((word) => likeness(typed, word))) return typed;
      const nearest = stems.map((word) => [slips(typed, word), word]).sort(([one], [other]) => one - other)[0];
      return nearest && nearest[0] <= Math.round(typed.length / 4) ? nearest[1] : typed;
    }

    // What each entry has of the words that are like the one typed.
    find(typed) {
      const found = new Map();
      for (const [word, worths] of this.index) {
        const share = likeness(typed, word);
        if (!share) continue;
        worths.forEach((worth, number) => found.set(number, Math.max(found.get(number) ?? 0, share * worth)));
      }
      return found;
    }

    search(question, { limit = Infinity } = {}) {
      const asked = telling(question).map((typed) => this.known(typed)).sort();
      const results = this.entries.map((item, number) => ({
        item, score: 0, fits: this.names[number].has(asked.join(" ")) ? 1 : 0,
      }));
      for (const typed of asked) {
        const found = this.find(typed);
        const rarity = Math.log(1 + this.entries.length / found.size);
        for (const [number, worth] of found) {
          results[number].score += (rarity * worth) / (worth + 3);
          results[number].fits += 1 / asked.length;
        }
      }
      const rank = ({ score, fits }) => score * fits;
      return results.filter(rank).sort((one, other) => rank(other) - rank(one)).slice(0, limit);
    }
  };
}
