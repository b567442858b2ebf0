// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.simulator.world;

import java.util.List;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/// How one simulated life went.
///
/// @param seed where everything came from
/// @param hash of all that happened: the same seed has the same
/// @param failure what must not have happened; null when all was well
/// @param events things that happened
/// @param answers replies that were checked
/// @param starts how often the server was started
/// @param faults errors of the disk and losses of power in the middle of an operation
/// @param tally how often each kind of answer was checked, by name
/// @param lines the last things that happened, when they were kept
public record Life(
        long seed,
        long hash,
        @Nullable String failure,
        long events,
        long answers,
        int starts,
        long faults,
        SortedMap<String, Long> tally,
        List<String> lines) {}
