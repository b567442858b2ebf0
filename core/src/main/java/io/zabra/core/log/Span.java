// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.log;

import io.zabra.core.base.Invariant;

/// The records of one epoch that a log holds, from the first to the last without a gap.
public record Span(long first, long last) {

    public Span {
        Invariant.check(
                first <= last && Zxid.epoch(first) == Zxid.epoch(last),
                "0x%x to 0x%x is no span of an epoch",
                first,
                last);
    }

    long epoch() {
        return Zxid.epoch(first);
    }

    boolean contains(long zxid) {
        return first <= zxid && zxid <= last;
    }
}
