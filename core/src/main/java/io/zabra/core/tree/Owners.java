// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.tree;

import io.zabra.core.base.Invariant;

/// Reads the stored `ephemeralOwner` of a node: nothing, a session, a container or a time to live
/// (Apache's `EphemeralType`).
public final class Owners {

    /// What an owner stands for. `UNKNOWN`: an extended type that this version does not know; with extended types on,
    /// such a node cannot be kept.
    public enum Kind {
        NONE,
        SESSION,
        CONTAINER,
        TTL,
        UNKNOWN
    }

    /// Owner of a container.
    public static final long CONTAINER = Long.MIN_VALUE;

    /// Longest time to live: 40 bits of milliseconds, about 34 years.
    public static final long TTL_MS_MAX = 0xFF_FFFF_FFFFL;

    private static final long EXTENDED = 0xFF00_0000_0000_0000L;
    private static final long FEATURE = 0x00FF_FF00_0000_0000L;

    private Owners() {}

    public static Kind kind(long owner, boolean extendedTypesEnabled, boolean emulate353Ttl) {
        if (owner == 0) {
            return Kind.NONE;
        }
        if (owner == CONTAINER) {
            return Kind.CONTAINER;
        }
        if (extendedTypesEnabled && emulate353Ttl && owner < 0) {
            return Kind.TTL;
        }
        if (extendedTypesEnabled && (owner & EXTENDED) == EXTENDED) {
            return (owner & FEATURE) == 0 ? Kind.TTL : Kind.UNKNOWN;
        }
        return Kind.SESSION;
    }

    public static boolean isEphemeral(long owner, TreeOptions options) {
        return options.kind(owner) == Kind.SESSION;
    }

    public static boolean isContainer(long owner) {
        return owner == CONTAINER;
    }

    public static boolean isTtl(long owner, TreeOptions options) {
        return options.kind(owner) == Kind.TTL;
    }

    /// Whether this could be a TTL node that was written with extended types on. With extended types off it passes
    /// for a session that nobody knows, and would be deleted: a server should refuse to start on such data.
    public static boolean looksLikeTtl(long owner) {
        return (owner & (EXTENDED | FEATURE)) == EXTENDED;
    }

    /// The owner that stores a time to live, in milliseconds from 1 to [#TTL_MS_MAX].
    public static long ttl(long ttlMs) {
        Invariant.check(ttlMs > 0 && ttlMs <= TTL_MS_MAX, "time to live of %d ms", ttlMs);
        return EXTENDED | ttlMs;
    }

    /// The time to live in the owner of a TTL node, in milliseconds.
    public static long ttlMs(long owner) {
        return owner & TTL_MS_MAX;
    }

    /// Whether the sweeper may remove a znode that has no children: a container that was used, or was not for too long,
    /// or a TTL node whose time is over.
    ///
    /// @param owner as it is stored
    /// @param creations children that the znode ever had
    /// @param ageMs time since its data was set
    /// @param neverUsedMsMax age at which unused containers go; 0: never
    public static boolean isDue(Kind kind, long owner, int creations, long ageMs, long neverUsedMsMax) {
        return switch (kind) {
            case CONTAINER -> creations > 0 || neverUsedMsMax != 0 && ageMs > neverUsedMsMax;
            case TTL -> ageMs > ttlMs(owner);
            case NONE, SESSION, UNKNOWN -> false;
        };
    }
}
