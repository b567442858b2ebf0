// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.interop.diff;

import java.util.List;

/// What a server said: for each step of a plan the frames its connection got, and last the state of all.
record Transcript(List<List<String>> answers) {

    /// The index of the first step at which the two differ, or -1.
    int firstDifference(Transcript other) {
        for (int i = 0; i < answers.size(); i++) {
            if (!answers.get(i).equals(other.answers.get(i))) {
                return i;
            }
        }
        return -1;
    }
}
