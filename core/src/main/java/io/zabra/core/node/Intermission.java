// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.node;

import io.zabra.core.base.NodeConfig;
import io.zabra.core.base.Now;
import io.zabra.core.effect.Step;
import io.zabra.core.log.History;
import io.zabra.core.session.Client;
import io.zabra.core.session.CloseReason;
import io.zabra.core.session.Session;
import io.zabra.core.session.Sessions;
import io.zabra.core.session.Tag;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The time between two leaders, for clients: their connections stay, nothing is answered, and what they ask for waits.
/// Owned by the node.
///
/// A write that was under way has one of two fates. The history that the next epoch begins with has it: then it is
/// answered when it is applied here. Or that history does not have it: then no later one ever will, and it is asked for
/// once more.
final class Intermission {

    private static final long NEVER = Long.MIN_VALUE;

    private final NodeState state;
    private final Requests requests;
    private final ArrayDeque<Held> held = new ArrayDeque<>();
    private long heldBytes;
    private long beginMs = NEVER;
    /// When the clients that were here may have begun to be without a leader.
    private long sinceMs = NEVER;
    private long seenMs = NEVER;
    /// The last stretch of time in which this process stood still.
    private long pausedMs = NEVER;

    private long resumedMs = NEVER;

    /// What a client asks for.
    private record Held(Client client, Input input) {}

    /// A request that the log knows.
    private record Known(long sessionId, int xid) {}

    Intermission(NodeState state, Requests requests) {
        this.state = state;
        this.requests = requests;
    }

    /// Time has passed; to be called in each step.
    void pass(Now now) {
        long nowMs = now.monotonicMs();
        if (seenMs != NEVER && nowMs - seenMs > Sessions.STEP_MS_MAX) {
            pausedMs = seenMs;
            resumedMs = nowMs;
        }
        seenMs = nowMs;
    }

    /// There is no leader any more.
    ///
    /// It may have been gone before this server learned of it, and clients have gone elsewhere unheard. What lay in
    /// sockets while the process stood still is no word of a leader that there was afterwards.
    ///
    /// @param inTouchMs when there was last a word of it, in milliseconds of the monotonic clock
    void begin(long inTouchMs, Now now) {
        boolean paused = resumedMs != NEVER
                && now.monotonicMs() - resumedMs < state.config().sessions().tickMs();
        beginMs = now.monotonicMs();
        sinceMs = paused ? Math.min(pausedMs, inTouchMs) : inTouchMs;
    }

    boolean on() {
        return beginMs != NEVER;
    }

    /// Sends clients away that have waited for a tick, since another server may have a leader; and before that those
    /// who may soon look for another server themselves: what they asked for here must not happen behind what they ask
    /// there.
    void tick(Now now) {
        int tickMs = state.config().sessions().tickMs();
        if (!on()) {
            return;
        }
        if (now.monotonicMs() - beginMs >= tickMs) {
            giveUp();
            return;
        }
        long forMs = now.monotonicMs() - sinceMs;
        for (Client client : state.clients()) {
            Session session = client.session();
            if (session != null && forMs >= Math.min(tickMs, session.liveTimeoutMs() / 2)) {
                state.dismiss(client);
            }
        }
    }

    int length() {
        return held.size();
    }

    long bytes() {
        return heldBytes;
    }

    /// Keeps what a client asks for; false if the input asks for nothing, and can be dealt with now. That a client is
    /// gone counts at once: what it has left here must not happen behind what it asks for elsewhere.
    boolean keep(Input input) {
        return switch (input) {
            case Input.Submit(Client client, Tag tag, var _) -> keep(input, client, tag);
            case Input.Malformed(Client client, Tag tag, var _) -> keep(input, client, tag);
            case Input.UnknownOperation(Client client, Tag tag) -> keep(input, client, tag);
            case Input.Connect(Client client, var _) -> keep(input, client, null);
            case Input.LinkReady(Client client) -> keep(input, client, null);
            case Input.Disconnect _,
                    Input.Tick _,
                    Input.SnapshotDone _,
                    Input.SnapshotWanted _,
                    Input.DiskSpace _,
                    Input.Durable _,
                    Input.Peer _,
                    Input.Inspect _ -> false;
        };
    }

    private boolean keep(Input input, Client client, @Nullable Tag tag) {
        NodeConfig.Limits limits = state.config().limits();
        held.add(new Held(client, input));
        heldBytes += tag == null ? 0 : tag.bytes();
        if (held.size() > limits.waitingMax() || heldBytes > limits.waitingBytesMax()) {
            state.end(client);
            client.link().close(CloseReason.LIMIT);
        }
        return true;
    }

    /// There is a leader again: takes up what was under way.
    ///
    /// @return what was kept
    List<Input> end(History history, Step step) {
        Map<Known, Long> known = anyWaits() ? known(history) : new LinkedHashMap<>();
        for (Client client : state.clients()) {
            List<Client.Waiting> waiting = state.takeWaiting(client);
            for (Client.Waiting request : waiting) {
                boolean write = request.zxid() != 0 && request.zxid() != Client.NEVER_ANSWERED && !request.asksLeader();
                Long zxid =
                        known.get(new Known(client.sessionId(), request.tag().xid()));
                boolean again = write && (zxid == null || !client.mayHaveAskedFor(zxid));
                if (client.phase() == Client.Phase.CLOSED) {
                    break;
                }
                if (again || request.asksLeader()) {
                    requests.again(client, request, step);
                } else {
                    state.enqueue(client, write ? request.orderedElsewhere() : request);
                }
            }
            if (client.phase() != Client.Phase.CLOSED) {
                requests.resume(client);
            }
        }
        return clear().stream()
                .filter(each -> each.client().phase() != Client.Phase.CLOSED)
                .map(Held::input)
                .toList();
    }

    private boolean anyWaits() {
        for (Client client : state.clients()) {
            if (client.waiting() > 0) {
                return true;
            }
        }
        return false;
    }

    private static Map<Known, Long> known(History history) {
        Map<Known, Long> known = new LinkedHashMap<>();
        history.unapplied(txn -> known.put(
                new Known(txn.header().clientId(), txn.header().cxid()),
                txn.header().zxid()));
        return known;
    }

    /// There will be no leader soon: all connections end.
    void giveUp() {
        for (Held each : clear()) {
            if (each.input() instanceof Input.Connect) {
                state.dismiss(each.client());
            }
        }
        state.clients().forEach(state::dismiss);
    }

    private List<Held> clear() {
        List<Held> all = new ArrayList<>(held);
        held.clear();
        heldBytes = 0;
        beginMs = NEVER;
        return all;
    }
}
