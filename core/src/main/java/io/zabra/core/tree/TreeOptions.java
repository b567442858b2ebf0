// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.tree;

/// How a tree reads owners and what it may spend.
///
/// @param digestEnabled whether the digest is kept up to date; without, it is 0
/// @param extendedTypesEnabled whether owners with the top byte 0xff are TTL nodes; without, they are sessions
/// @param emulate353Ttl whether, with extended types, any other negative owner is a TTL node of 3.5.3
/// @param listingBytesMax limit of the cache of encoded child lists, in bytes
/// @param hashSeed key of the hash of names; a server takes one that nobody can know, so that no client can choose
///     names that all collide. The order of children in a list depends on it.
public record TreeOptions(
        boolean digestEnabled,
        boolean extendedTypesEnabled,
        boolean emulate353Ttl,
        long listingBytesMax,
        long hashSeed) {

    private static final long HASH_SEED = 0x5A_61_62_72_61L;
    private static final long LISTING_BYTES_MAX = 32L << 20;

    /// Digest on, extended types off, as Apache's defaults.
    public static TreeOptions defaults() {
        return new TreeOptions(true, false, false, LISTING_BYTES_MAX, HASH_SEED);
    }

    public static TreeOptions extended() {
        return new TreeOptions(true, true, false, LISTING_BYTES_MAX, HASH_SEED);
    }

    /// The same with another seed.
    public TreeOptions withHashSeed(long seed) {
        return new TreeOptions(digestEnabled, extendedTypesEnabled, emulate353Ttl, listingBytesMax, seed);
    }

    Owners.Kind kind(long owner) {
        return Owners.kind(owner, extendedTypesEnabled, emulate353Ttl);
    }
}
