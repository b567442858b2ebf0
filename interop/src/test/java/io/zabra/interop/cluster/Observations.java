// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.interop.cluster;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/// What clients have seen of that which they expected, and what they did not expect. Used by any thread.
final class Observations {

    private final SortedMap<String, Integer> tally = new TreeMap<>();
    private final List<String> complaints = new ArrayList<>();

    synchronized void count(String what) {
        tally.merge(what, 1, Integer::sum);
    }

    synchronized void complain(String complaint) {
        complaints.add(complaint);
    }

    /// @param expected that it was so
    void expect(boolean wasSo, String expected, String complaint) {
        if (wasSo) {
            count(expected);
        } else {
            complain(complaint);
        }
    }

    synchronized List<String> complaints() {
        return List.copyOf(complaints);
    }

    synchronized SortedMap<String, Integer> tally() {
        return new TreeMap<>(tally);
    }
}
