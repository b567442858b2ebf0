// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.node;

import io.zabra.core.base.NodeConfig;
import io.zabra.core.effect.Event;
import io.zabra.core.effect.Meter;
import io.zabra.core.effect.Step;
import io.zabra.core.session.Client;
import io.zabra.core.session.CloseReason;
import io.zabra.core.session.Session;
import io.zabra.core.session.Tag;
import io.zabra.wire.client.OpCode;
import java.util.ArrayDeque;
import java.util.function.BiConsumer;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/// Keeps requests waiting in front of the node while too many are in work (`request_throttle_*`; Apache:
/// RequestThrottler). Owned by the node.
///
/// One queue for all connections, so that nobody is overtaken. Its length is bounded by the edge, which stops reading
/// from sockets by the same count of requests that it looks at (see [Node#outstanding]). A request that is stale when
/// its turn comes is dropped, and its connection with it: what came behind it must not be answered in its place.
final class Throttle {

    private static final long NS_PER_MS = 1_000_000;

    /// What waits.
    ///
    /// @param tag null for a handshake or the end of a connection
    private record Held(
            Input input, Client client, @Nullable Tag tag, long sinceNs) {

        int bytes() {
            return tag == null ? 0 : tag.bytes();
        }
    }

    private final NodeConfig.Throttle config;
    private final NodeState state;
    private final Pacing pacing;
    private final IntSupplier inWork;
    private final Meter meter;
    private final BiConsumer<Input, Step> next;
    private final ArrayDeque<Held> held = new ArrayDeque<>();
    private long heldBytes;
    private long examinedMs;

    /// @param inWork how many requests are not answered, those in here left out
    /// @param next what works on the inputs
    Throttle(NodeState state, Pacing pacing, IntSupplier inWork, Meter meter, BiConsumer<Input, Step> next) {
        this.config = state.config().throttle();
        this.state = state;
        this.pacing = pacing;
        this.inWork = inWork;
        this.meter = meter;
        this.next = next;
    }

    /// Whether inputs have to pass here at all.
    boolean on() {
        return config.requestsMax() > 0 || config.waitMsMax() > 0;
    }

    int length() {
        return held.size();
    }

    /// How many bytes the requests had that wait.
    long bytes() {
        return heldBytes;
    }

    /// Hands an input on, now or when there is room for it.
    void take(Input input, Step step) {
        switch (input) {
            case Input.Submit(Client client, Tag tag, var _) -> enter(input, client, tag, step);
            case Input.Malformed(Client client, Tag tag, var _) -> enter(input, client, tag, step);
            case Input.UnknownOperation(Client client, Tag tag) -> enter(input, client, tag, step);
            case Input.Connect(Client client, var request)
            when request.sessionId() == 0 -> enter(input, client, null, step);
            case Input.Disconnect(Client client) -> {
                client.leave();
                if (held.isEmpty()) {
                    next.accept(input, step);
                } else {
                    hold(new Held(input, client, null, step.now().monotonicNs()));
                }
            }
            case Input.Tick _ -> {
                next.accept(input, step);
                if (step.now().monotonicMs() - examinedMs >= config.stallMs()) {
                    release(step);
                }
            }
            case Input.Connect _,
                    Input.LinkReady _,
                    Input.SnapshotDone _,
                    Input.SnapshotWanted _,
                    Input.DiskSpace _,
                    Input.Durable _,
                    Input.Peer _,
                    Input.Inspect _ -> next.accept(input, step);
        }
    }

    private void enter(Input input, Client client, @Nullable Tag tag, Step step) {
        long sinceNs = tag == null ? step.now().monotonicNs() : tag.receivedNs();
        Held request = new Held(input, client, tag, sinceNs);
        if (held.isEmpty() && !full()) {
            admit(request, step);
            return;
        }
        if (held.isEmpty()) {
            stall(step);
        }
        hold(request);
        Session session = client.session();
        if (session != null && !session.closing()) {
            // Whoever waits in here is alive.
            state.sessions().touch(session);
        }
    }

    private void hold(Held request) {
        held.add(request);
        heldBytes += request.bytes();
    }

    private void take() {
        heldBytes -= held.remove().bytes();
    }

    private boolean full() {
        return config.requestsMax() > 0 && inWork.getAsInt() >= config.requestsMax();
    }

    private void stall(Step step) {
        examinedMs = step.now().monotonicMs();
        meter.stalled();
    }

    /// Lets in what there is room for, and drops what nobody waits for any more.
    void release(Step step) {
        while (!held.isEmpty()) {
            Held first = held.element();
            if (first.input() instanceof Input.Disconnect) {
                take();
                next.accept(first.input(), step);
            } else if (first.client().phase() == Client.Phase.CLOSED) {
                take();
            } else if (config.dropStale() && isStale(first, step)) {
                take();
                drop(first, step);
            } else if (full()) {
                stall(step);
                return;
            } else {
                take();
                admit(first, step);
            }
        }
    }

    private void admit(Held request, Step step) {
        Tag tag = request.tag();
        if (tag == null || isExempt(tag.op())) {
            next.accept(request.input(), step);
            return;
        }
        if (isStale(request, step)) {
            meter.staleRequest();
        }
        long waitedMs = waitedMs(request, step);
        meter.admitted(waitedMs);
        boolean late = config.waitMsMax() > 0 && waitedMs > config.waitMsMax();
        if (late && tag.op() != OpCode.PING && tag.op() != OpCode.CLOSE_SESSION) {
            pacing.refuseLate(request.client(), tag, step);
            step.out().event(new Event.RequestThrottled(request.client().sessionId(), tag.op(), waitedMs));
        } else {
            next.accept(request.input(), step);
        }
    }

    /// As in Apache, what proves an identity does not pass the throttle. Here it waits, because the requests behind it
    /// need it, but nothing else happens to it. An unknown operation ends its connection in any case.
    private static boolean isExempt(OpCode op) {
        return op == OpCode.AUTH || op == OpCode.SASL || op == OpCode.ERROR;
    }

    private boolean isStale(Held request, Step step) {
        Tag tag = request.tag();
        if (tag != null && tag.op() == OpCode.CLOSE_SESSION) {
            return false;
        }
        if (config.staleConnections() && request.client().hasLeft()) {
            return true;
        }
        Session session = request.client().session();
        return config.staleLatency()
                && tag != null
                && !isExempt(tag.op())
                && session != null
                && waitedMs(request, step) > session.liveTimeoutMs();
    }

    private static long waitedMs(Held request, Step step) {
        return Math.max(0, step.now().monotonicNs() - request.sinceNs()) / NS_PER_MS;
    }

    private void drop(Held request, Step step) {
        Client client = request.client();
        Tag tag = request.tag();
        OpCode op = tag == null ? OpCode.CREATE_SESSION : tag.op();
        step.out().event(new Event.StaleRequestDropped(client.sessionId(), op, waitedMs(request, step)));
        state.end(client);
        client.link().close(CloseReason.STALE);
    }
}
