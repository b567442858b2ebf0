// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.node;

import io.zabra.core.log.Proposal;
import io.zabra.core.session.Client;
import io.zabra.core.session.Tag;
import io.zabra.wire.client.Request;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/// What clients of this server ask that the leader has to be asked for: `sync`, and linearizable reads. Owned by the
/// node.
///
/// One question is under way at a time. It is for all that came before it was sent; what comes later shares the next.
final class Syncs {

    /// @param zxid what has to be in the tree before the asker is answered
    private record Answered(long zxid, Proposal.Origin asker) {}

    private final NodeState state;
    private final ArrayDeque<Proposal.Origin> waiting = new ArrayDeque<>();
    private final ArrayDeque<Proposal.Origin> asked = new ArrayDeque<>();
    private final ArrayDeque<Answered> answered = new ArrayDeque<>();

    Syncs(NodeState state) {
        this.state = state;
    }

    /// Lets a request wait for the leader.
    void add(Client client, Tag tag, Request request) {
        waiting.add(new Proposal.Origin(client, tag));
        state.enqueue(client, new Client.Waiting(Client.ORDERED_ELSEWHERE, tag, request, 0, client.credentials()));
        ask();
    }

    private void ask() {
        Proposal.Origin first = waiting.peek();
        if (asked.isEmpty() && first != null) {
            asked.addAll(waiting);
            waiting.clear();
            state.path().ask(first.client(), first.tag());
        }
    }

    /// The leader has answered: what it speaks of is in the tree once `zxid` is.
    void answered(long zxid) {
        for (Proposal.Origin asker : asked) {
            answered.add(new Answered(zxid, asker));
        }
        asked.clear();
        ask();
    }

    /// The next one that is complete when `applied` is in the tree; null if there is none.
    Proposal.@Nullable Origin complete(long applied) {
        Answered first = answered.peek();
        if (first == null || first.zxid() > applied) {
            return null;
        }
        answered.remove();
        return first.asker();
    }

    void clear() {
        waiting.clear();
        asked.clear();
        answered.clear();
    }
}
