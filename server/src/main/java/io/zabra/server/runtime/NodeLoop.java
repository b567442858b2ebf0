// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.server.runtime;

import io.zabra.core.base.Now;
import io.zabra.core.effect.Effects;
import io.zabra.core.effect.Event;
import io.zabra.core.node.Input;
import io.zabra.core.node.Node;
import io.zabra.core.tree.FrozenTree;
import io.zabra.core.zab.Ensemble;
import io.zabra.core.zab.PeerInput;
import io.zabra.server.disk.LogLoop;
import io.zabra.server.disk.SnapshotTask;
import io.zabra.server.net.Connection;
import io.zabra.server.net.NodeInbox;
import io.zabra.storage.SnapshotImage;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.IntConsumer;
import org.jctools.queues.MpscUnboundedArrayQueue;

/// Owns the node, by turns: whichever thread brings the first input into an empty node runs it, and also what others
/// bring meanwhile. At low load a read crosses no thread at all; at high load inputs come in batches.
///
/// A turn is bounded: after [#TURN_INPUTS_MAX] inputs the rest is handed to an event loop, so that no thread is kept
/// from its own work. The queue is bounded by those that fill it: the listeners stop reading from clients (see
/// [#requestsInProcess]), and each connection to a member is read only as long as the node has worked on all but a few
/// megabytes of what it brought (`Backlog`).
public final class NodeLoop implements Effects, NodeInbox {

    private static final int TURN_INPUTS_MAX = 2_048;
    private static final int QUEUE_CHUNK = 1_024;
    private static final int ANSWER_SECONDS_MAX = 60;

    private final MpscUnboundedArrayQueue<Input> inputs = new MpscUnboundedArrayQueue<>(QUEUE_CHUNK);
    private final AtomicInteger arrivals = new AtomicInteger();
    /// Of the inputs, those that are requests.
    private final AtomicLong queuedBytes = new AtomicLong();
    private final Node node;
    private final LogLoop log;
    private final SnapshotTask snapshots;
    private final Executor spare;
    private final Consumer<Event> events;
    private final Consumer<Throwable> fatal;
    private final List<Connection> dirty = new ArrayList<>();
    private volatile boolean stopped;
    private volatile int inNode;
    private volatile long inNodeBytes;
    /// Where the latest write came in: its answer leaves from there without a detour, if it is the only one.
    private volatile Executor writer;
    private IntConsumer afterBatch = _ -> {};

    /// @param spare runs what is left over after a turn; an event loop
    /// @param fatal told when the node can no longer be trusted
    public NodeLoop(
            Node node,
            LogLoop log,
            SnapshotTask snapshots,
            Executor spare,
            Consumer<Event> events,
            Consumer<Throwable> fatal) {
        this.node = node;
        this.log = log;
        this.snapshots = snapshots;
        this.spare = spare;
        this.writer = spare;
        this.events = events;
        this.fatal = fatal;
    }

    /// Sets what is run by the owner after each batch; before the first input.
    public void afterBatch(IntConsumer action) {
        afterBatch = action;
    }

    @Override
    public void offer(Input input) {
        inputs.add(input);
    }

    @Override
    public void run() {
        run(spare);
    }

    @Override
    public void run(Executor loop) {
        if (arrivals.getAndIncrement() == 0) {
            turn(loop);
        }
    }

    @Override
    public void wake() {
        if (arrivals.getAndIncrement() == 0) {
            Executor loop = writer;
            loop.execute(() -> turn(loop));
        }
    }

    @Override
    public void received(long requestBytes) {
        if (requestBytes != 0) {
            queuedBytes.addAndGet(requestBytes);
        }
    }

    @Override
    public long requestBytesInProcess() {
        return queuedBytes.get() + inNodeBytes;
    }

    @Override
    public int requestsInProcess() {
        return inputs.size() + inNode;
    }

    @Override
    public void dirty(Connection connection) {
        dirty.add(connection);
    }

    /// Asks something of the node, as its owner, and waits for the answer. Not for event loops, which would wait for
    /// themselves.
    ///
    /// @throws CancellationException when the thread is interrupted, or the node does not answer
    public <T> T ask(Function<Node, T> question) {
        return ask(question, TimeUnit.SECONDS.toMillis(ANSWER_SECONDS_MAX));
    }

    /// Takes no more inputs: those on whom it calls are about to end. As [#ask].
    boolean stop(long msMax) {
        return ask(
                _ -> {
                    stopped = true;
                    return true;
                },
                msMax);
    }

    /// Lets another member of the ensemble lead, if this one does and there is one to take over; false if not. As
    /// [#ask].
    boolean handOver(long msMax) {
        if (!ask(visited -> visited.membership() != null, msMax)) {
            return false;
        }
        offer(new Input.Peer(new PeerInput.HandOver()));
        return handsOver(msMax);
    }

    /// Whether no other leader has been found yet after [#handOver].
    boolean handsOver(long msMax) {
        return ask(
                visited -> {
                    Ensemble ensemble = visited.membership();
                    return ensemble != null && ensemble.handsOver();
                },
                msMax);
    }

    private <T> T ask(Function<Node, T> question, long msMax) {
        if (stopped) {
            throw new CancellationException("the node has stopped");
        }
        CompletableFuture<T> answer = new CompletableFuture<>();
        offer(new Input.Inspect(visited -> answer.complete(question.apply(visited))));
        wake();
        try {
            return answer.get(msMax, TimeUnit.MILLISECONDS);
        } catch (InterruptedException | TimeoutException | ExecutionException e) {
            throw new CancellationException("no answer of the node: " + e);
        }
    }

    @Override
    public void append(long zxid, byte[] entry) {
        log.append(zxid, entry);
    }

    @Override
    public void roll() {
        log.roll();
    }

    @Override
    public void snapshot(FrozenTree tree, SortedMap<Long, Integer> sessions) {
        snapshots.start(new SnapshotImage(tree, sessions));
    }

    @Override
    public void event(Event event) {
        events.accept(event);
    }

    /// The owner's turn. Ownership is in `arrivals`: above zero means that somebody has it.
    private void turn(Executor loop) {
        try {
            int seen = arrivals.get();
            while (seen != 0 && !stopped) {
                if (batch(loop) == TURN_INPUTS_MAX) {
                    spare.execute(() -> turn(spare));
                    return;
                }
                seen = arrivals.addAndGet(-seen);
            }
        } catch (Throwable e) {
            // The state may be half changed: nobody may own this node again, so the ownership is not given back. What
            // fails behind a stop, because others have ended, harms nobody.
            if (!stopped) {
                fatal.accept(e);
            }
        }
    }

    private int batch(Executor loop) {
        Now now = new Now(System.nanoTime(), System.currentTimeMillis());
        int count = 0;
        long bytes = 0;
        while (count < TURN_INPUTS_MAX && !stopped) {
            Input input = inputs.relaxedPoll();
            if (input == null) {
                break;
            }
            bytes += requestBytes(input);
            node.step(input, now, this);
            count++;
        }
        received(-bytes);
        flush(loop);
        afterBatch.accept(count);
        return count;
    }

    private static int requestBytes(Input input) {
        return switch (input) {
            case Input.Submit submit -> submit.tag().bytes();
            case Input.Malformed malformed -> malformed.tag().bytes();
            case Input.UnknownOperation unknown -> unknown.tag().bytes();
            default -> 0;
        };
    }

    private void flush(Executor loop) {
        if (log.wake() && writer != loop) {
            writer = loop;
        }
        for (int i = 0; i < dirty.size(); i++) {
            dirty.get(i).flush();
        }
        dirty.clear();
        inNode = node.outstanding();
        inNodeBytes = node.outstandingBytes();
    }
}
