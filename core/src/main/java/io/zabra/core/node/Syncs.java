// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.node;

import io.zabra.core.log.Proposal;
import io.zabra.core.session.Client;
import io.zabra.core.session.Tag;
import io.zabra.wire.client.Request;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/// The `sync`s of this server's clients that the leader has not answered, or whose answer is ahead of the tree. The
/// leader answers them in their order. Owned by the node.
final class Syncs {

    private record Answered(long zxid, Proposal.Origin asker) {}

    private final NodeState state;
    private final ArrayDeque<Proposal.Origin> asked = new ArrayDeque<>();
    private final ArrayDeque<Answered> answered = new ArrayDeque<>();

    Syncs(NodeState state) {
        this.state = state;
    }

    void asked(Client client, Tag tag, Request request) {
        asked.add(new Proposal.Origin(client, tag));
        state.enqueue(client, new Client.Waiting(Client.ORDERED_ELSEWHERE, tag, request, 0, client.credentials()));
    }

    /// The leader has answered the oldest: what it speaks of is in the tree once `zxid` is.
    void answered(long zxid) {
        Proposal.Origin oldest = asked.poll();
        if (oldest != null) {
            answered.add(new Answered(zxid, oldest));
        }
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
        asked.clear();
        answered.clear();
    }
}
