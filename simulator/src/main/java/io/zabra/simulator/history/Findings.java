// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.simulator.history;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/// Collects what a check finds; of complaints the first ones, for the rest follow from them.
final class Findings {

    private static final int COMPLAINTS_MAX = 20;

    private final List<Complaint> complaints = new ArrayList<>();
    private final SortedMap<String, Long> tally = new TreeMap<>();

    void complain(String rule, String text) {
        if (complaints.size() < COMPLAINTS_MAX) {
            complaints.add(new Complaint(rule, text));
        }
    }

    void count(String what) {
        tally.merge(what, 1L, Long::sum);
    }

    Verdict verdict() {
        return new Verdict(List.copyOf(complaints), tally);
    }

    static String hex(long number) {
        return "0x" + Long.toHexString(number);
    }

    /// The number of a transaction in its epoch; 0 stands for the beginning of one.
    static long counter(long zxid) {
        return zxid & 0xFFFF_FFFFL;
    }
}
