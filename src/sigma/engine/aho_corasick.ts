/** What is told of each text found: its number, and where it ended. */
export interface Finder {
  found(literal: number, end: number): void;
}

/**
 * Aho and Corasick's automaton: all texts in one pass over another one, in time linear in its length. States are
 * numbered by depth, so those that most characters lead to lie close together.
 *
 * `#next[state * classes + class]` is the state behind a character; it is negative (`~state`) where texts end. Class
 * 0 stands for every character that is in no text.
 */
export class AhoCorasick {
  readonly #classes: number;
  /** Classes of the characters below 128. */
  readonly #ascii = new Uint16Array(128);
  readonly #wide = new Map<number, number>();
  readonly #next: Int32Array;
  /** For each state: the first of its own texts in `#literals`; of the state behind it, where they end. */
  readonly #from: Int32Array;
  readonly #literals: Int32Array;
  /** The longest shorter state in which texts end, or 0. */
  readonly #shorter: Int32Array;

  /** `texts`: not empty; the number of each is its index in the list. */
  constructor(texts: readonly string[]) {
    this.#classes = this.#classify(texts);
    const trie = buildTrie(texts, (code) => this.#classOf(code));
    const { order, parents } = trie;
    const states = order.length;
    this.#next = new Int32Array(states * this.#classes);
    this.#from = new Int32Array(states + 1);
    this.#shorter = new Int32Array(states);
    this.#literals = new Int32Array(texts.length);
    this.#number(trie);
    this.#connect(order, parents);
  }

  /** Bytes that the tables take. */
  get bytes(): number {
    return 4 * (this.#next.length + this.#from.length + this.#shorter.length + this.#literals.length);
  }

  get states(): number {
    return this.#shorter.length;
  }

  /** Tells of every text in `text`; true where it has characters outside ASCII. */
  scan(text: string, finder: Finder): boolean {
    const next = this.#next;
    const classes = this.#classes;
    const ascii = this.#ascii;
    let state = 0;
    let wide = false;
    for (let i = 0; i < text.length; i++) {
      const code = text.charCodeAt(i);
      let column: number;
      if (code < 128) column = ascii[code] ?? 0;
      else {
        wide = true;
        column = this.#wide.get(code) ?? 0;
      }
      state = next[state * classes + column] ?? 0;
      if (state < 0) {
        state = ~state;
        this.#tell(state, i + 1, finder);
      }
    }
    return wide;
  }

  #tell(state: number, end: number, finder: Finder): void {
    for (let at = state; at > 0; at = this.#shorter[at] ?? 0) {
      const last = this.#from[at + 1] ?? 0;
      for (let i = this.#from[at] ?? 0; i < last; i++) finder.found(this.#literals[i] ?? 0, end);
    }
  }

  #classOf(code: number): number {
    return code < 128 ? (this.#ascii[code] ?? 0) : (this.#wide.get(code) ?? 0);
  }

  #classify(texts: readonly string[]): number {
    let classes = 1;
    for (const text of texts) {
      for (let i = 0; i < text.length; i++) {
        const code = text.charCodeAt(i);
        if (this.#classOf(code) > 0) continue;
        if (code < 128) this.#ascii[code] = classes++;
        else this.#wide.set(code, classes++);
      }
    }
    return classes;
  }

  #number({ order, ends }: Trie): void {
    let count = 0;
    for (const [state, node] of order.entries()) {
      this.#from[state] = count;
      for (const literal of ends.get(node) ?? []) this.#literals[count++] = literal;
    }
    this.#from[order.length] = count;
  }

  /** States in the order of their depth, so the state to fall back to is done before. */
  #connect(order: readonly TrieNode[], parents: Int32Array): void {
    const fail = new Int32Array(order.length);
    const next = this.#next;
    const columns = this.#classes;
    for (let state = 0; state < order.length; state++) {
      const node = order[state];
      if (node === undefined) continue;
      if (state > 0) {
        const parent = parents[state] ?? 0;
        // Right below the root, the root's row leads back to the state itself.
        fail[state] = parent === 0 ? 0 : (next[(fail[parent] ?? 0) * columns + node.column] ?? 0);
        const back = fail[state] ?? 0;
        this.#shorter[state] = this.#ends(back) ? back : (this.#shorter[back] ?? 0);
        next.copyWithin(state * columns, back * columns, (back + 1) * columns);
      }
      for (const child of node.children.values()) {
        next[state * columns + child.column] = child.state;
      }
    }
    // A state in which texts end, its own or shorter ones, is marked wherever it is led to.
    for (let i = 0; i < next.length; i++) {
      const state = next[i] ?? 0;
      if (state > 0 && (this.#ends(state) || (this.#shorter[state] ?? 0) > 0)) next[i] = ~state;
    }
  }

  #ends(state: number): boolean {
    return state > 0 && (this.#from[state] ?? 0) < (this.#from[state + 1] ?? 0);
  }
}

interface TrieNode {
  readonly column: number;
  readonly children: Map<number, TrieNode>;
  state: number;
}

interface Trie {
  /** All nodes, the root first, by depth. */
  readonly order: readonly TrieNode[];
  /** The state above each. */
  readonly parents: Int32Array;
  readonly ends: ReadonlyMap<TrieNode, readonly number[]>;
}

function buildTrie(texts: readonly string[], classOf: (code: number) => number): Trie {
  const root: TrieNode = { column: 0, children: new Map(), state: 0 };
  const ends = new Map<TrieNode, number[]>();
  for (const [number, text] of texts.entries()) {
    let node = root;
    for (let i = 0; i < text.length; i++) {
      const column = classOf(text.charCodeAt(i));
      let child = node.children.get(column);
      if (child === undefined) {
        child = { column, children: new Map(), state: 0 };
        node.children.set(column, child);
      }
      node = child;
    }
    const own = ends.get(node);
    if (own === undefined) ends.set(node, [number]);
    else own.push(number);
  }
  return { ...numbered(root), ends };
}

function numbered(root: TrieNode): { order: TrieNode[]; parents: Int32Array } {
  const order = [root];
  const parents = [0];
  // The list grows while it is walked: that is breadth first.
  for (let state = 0; state < order.length; state++) {
    for (const child of order[state]?.children.values() ?? []) {
      child.state = order.length;
      order.push(child);
      parents.push(state);
    }
  }
  return { order, parents: Int32Array.from(parents) };
}
