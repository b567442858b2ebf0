// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.node;

import io.zabra.core.effect.Step;
import io.zabra.core.session.Client;
import io.zabra.core.session.Session;
import io.zabra.core.session.Tag;
import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BiConsumer;

/// Keeps the requests of a client waiting while it does not take the replies it has got: a small request may have a
/// large reply, and what nobody reads must not fill this server's memory. Owned by the node.
///
/// Its queues are bounded by the edge, which reads no more from the sockets of such clients.
final class Pacing {

    private final NodeState state;
    private final Requests requests;
    private final BiConsumer<Input, Step> next;
    private final Map<Client, ArrayDeque<Held>> held = new LinkedHashMap<>();

    /// What waits: a request, or the refusal of one that has waited for too long before.
    private sealed interface Held {}

    private record Request(Input input) implements Held {}

    private record Late(Tag tag) implements Held {}

    /// @param next what works on the inputs
    Pacing(NodeState state, Requests requests, BiConsumer<Input, Step> next) {
        this.state = state;
        this.requests = requests;
        this.next = next;
    }

    /// Hands on a request of `client`, now or when the client has caught up.
    void take(Client client, Input request, Step step) {
        if (passes(client)) {
            next.accept(request, step);
        } else {
            hold(client, new Request(request));
        }
    }

    /// Refuses a request that has waited for too long, in its turn.
    void refuseLate(Client client, Tag tag, Step step) {
        if (passes(client)) {
            requests.refuseLate(client, tag, step);
        } else {
            hold(client, new Late(tag));
        }
    }

    private boolean passes(Client client) {
        return (held.isEmpty() || !held.containsKey(client)) && client.link().ready();
    }

    private void hold(Client client, Held request) {
        held.computeIfAbsent(client, _ -> new ArrayDeque<>()).add(request);
        Session session = client.session();
        if (session != null && !session.closing()) {
            // Whoever sends is alive.
            state.sessions().touch(session);
        }
    }

    /// Goes on with a client that has caught up.
    void ready(Client client, Step step) {
        requests.resume(client);
        ArrayDeque<Held> queue = held.get(client);
        while (queue != null && client.link().ready()) {
            switch (queue.poll()) {
                case null -> {
                    held.remove(client);
                    return;
                }
                case Request(Input input) -> next.accept(input, step);
                case Late(Tag tag) -> requests.refuseLate(client, tag, step);
            }
        }
    }

    /// Forgets a client that is gone.
    void forget(Client client) {
        held.remove(client);
    }
}
