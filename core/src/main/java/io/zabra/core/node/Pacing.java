// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.node;

import io.zabra.core.effect.Step;
import io.zabra.core.session.Client;
import io.zabra.core.session.Session;
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
    private final Map<Client, ArrayDeque<Input>> held = new LinkedHashMap<>();

    /// @param next what works on the inputs
    Pacing(NodeState state, Requests requests, BiConsumer<Input, Step> next) {
        this.state = state;
        this.requests = requests;
        this.next = next;
    }

    /// Hands on a request of `client`, now or when the client has caught up.
    void take(Client client, Input request, Step step) {
        ArrayDeque<Input> queue = held.isEmpty() ? null : held.get(client);
        if (queue == null && client.link().ready()) {
            next.accept(request, step);
            return;
        }
        if (queue == null) {
            queue = new ArrayDeque<>();
            held.put(client, queue);
        }
        queue.add(request);
        Session session = client.session();
        if (session != null && !session.closing()) {
            // Whoever sends is alive.
            state.sessions().touch(session);
        }
    }

    /// Goes on with a client that has caught up.
    void ready(Client client, Step step) {
        requests.resume(client);
        ArrayDeque<Input> queue = held.get(client);
        while (queue != null && client.link().ready()) {
            Input request = queue.poll();
            if (request == null) {
                held.remove(client);
                return;
            }
            next.accept(request, step);
        }
    }

    /// Forgets a client that is gone.
    void forget(Client client) {
        held.remove(client);
    }
}
