/**
 * What the nodes of a call tree are: a site says how a frame is compared with others in call graphs (its point) and
 * to which entry of the table it counts (its location). Mostly both are the same; not where call graphs are by
 * address while the table is by function.
 */

import { PairTable } from '../../unwinder';
import type { LocationTable } from './location-table';

export class CallSites {
  /** (location, point) pairs; empty where sites are locations. */
  private readonly pairs: PairTable | undefined;
  private readonly sitesOfFrame: (readonly number[] | undefined)[] = [];

  /**
   * @param locations what the table's entries are made of
   * @param points what call graphs are made of; may be the same table
   * @param hidesUnresolved whether frames without symbol are left out
   */
  constructor(
    readonly locations: LocationTable,
    readonly points: LocationTable,
    private readonly hidesUnresolved: boolean,
  ) {
    if (locations !== points) this.pairs = new PairTable();
  }

  /** The sites of a frame of a chain, innermost first. */
  ofFrame(frame: number): readonly number[] {
    return (this.sitesOfFrame[frame] ??= this.resolve(frame));
  }

  location(site: number): number {
    return this.pairs ? this.pairs.left[site] : site;
  }

  point(site: number): number {
    return this.pairs ? this.pairs.right[site] : site;
  }

  private resolve(frame: number): readonly number[] {
    let sites = this.locations.ofChainFrame(frame);
    const { pairs } = this;
    if (pairs) {
      const points = this.points.ofChainFrame(frame);
      sites = sites.map((location, i) => pairs.intern(location, points[i]));
    }
    if (!this.hidesUnresolved) return sites;
    return sites.filter((site) => this.locations.symbol[this.location(site)] !== undefined);
  }
}
