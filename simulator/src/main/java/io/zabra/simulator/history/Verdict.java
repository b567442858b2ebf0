// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.simulator.history;

import java.util.List;
import java.util.SortedMap;

/// What a check found.
///
/// @param complaints the first of them; none if all is well
/// @param tally how often each kind of thing was checked, so that a test can demand that it was
public record Verdict(List<Complaint> complaints, SortedMap<String, Long> tally) {

    public long count(String what) {
        return tally.getOrDefault(what, 0L);
    }
}
