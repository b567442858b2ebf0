// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.simulator.history;

import java.util.List;

/// Checks a whole history: near-linear, so millions of operations are no trouble.
///
/// It goes by what servers say of themselves: the zxid in each answer. The rules are named in [Complaint]. Requests
/// that were never answered are no gap in knowledge, for the committed transactions tell what became of them. Clients
/// are taken to come from 127.0.0.1 and to prove nothing more.
public final class HistoryCheck {

    private HistoryCheck() {}

    /// @param slackMs by how much a session may end before its time-out, counted from the last request that became a
    ///     transaction and was answered: leaders hear of clients at the next ping of the server that serves them
    public static Verdict check(History history, int slackMs) {
        Findings findings = new Findings();
        Listening heard = new Listening(findings, history.syncs());
        List<Entry> entries = history.entries();
        for (int at = 0; at < entries.size(); at++) {
            heard.hear(at, entries.get(at));
        }
        new Settlement(findings).settle(heard, history.committed());
        new Retelling(findings, heard.sessions(), slackMs).retell(heard, history.committed());
        return findings.verdict();
    }
}
