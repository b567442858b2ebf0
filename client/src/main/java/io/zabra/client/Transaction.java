// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.client;

import io.zabra.wire.client.CheckVersionRequest;
import io.zabra.wire.client.CreateMode;
import io.zabra.wire.client.CreateTtlRequest;
import io.zabra.wire.client.DeleteRequest;
import io.zabra.wire.client.GetChildrenRequest;
import io.zabra.wire.client.GetDataRequest;
import io.zabra.wire.client.MultiReadRequest;
import io.zabra.wire.client.MultiRequest;
import io.zabra.wire.client.MultiResponse;
import io.zabra.wire.client.OpResult;
import io.zabra.wire.client.Request;
import io.zabra.wire.client.Response;
import io.zabra.wire.client.SetDataRequest;
import io.zabra.wire.data.Acl;
import io.zabra.wire.data.ErrorCode;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/// Writes that happen all together or not at all, or reads that are answered together. A transaction has either writes
/// or reads, not both. Not for several threads at once.
public final class Transaction {

    private final ZabraClient client;
    private final SessionLoop loop;
    private final List<Request> writes = new ArrayList<>();
    private final List<Request> reads = new ArrayList<>();
    private final List<String> paths = new ArrayList<>();

    Transaction(ZabraClient client, SessionLoop loop) {
        this.client = client;
        this.loop = loop;
    }

    public Transaction create(String path, byte @Nullable [] data, CreateMode mode) {
        return create(path, data, mode, Acl.OPEN);
    }

    public Transaction create(String path, byte @Nullable [] data, CreateMode mode, List<Acl> acl) {
        return write(path, ZabraClient.creation(client.rooted(path, mode.isSequential()), data, mode, acl));
    }

    /// As [ZabraClient#createWithTtl].
    public Transaction createWithTtl(String path, byte @Nullable [] data, CreateMode mode, List<Acl> acl, long ttlMs) {
        String rooted = client.rooted(path, mode.isSequential());
        return write(path, new CreateTtlRequest(rooted, data, acl, mode.flags(), ttlMs));
    }

    public Transaction setData(String path, byte @Nullable [] data, int version) {
        return write(path, new SetDataRequest(client.rooted(path, false), data, version));
    }

    public Transaction delete(String path, int version) {
        return write(path, new DeleteRequest(client.rooted(path, false), version));
    }

    /// The transaction fails unless the znode is there and has this version.
    public Transaction check(String path, int version) {
        return write(path, new CheckVersionRequest(client.rooted(path, false), version));
    }

    /// Reads data and Stat.
    public Transaction data(String path) {
        return read(path, new GetDataRequest(client.rooted(path, false), false));
    }

    /// Reads the names of the children.
    public Transaction children(String path) {
        return read(path, new GetChildrenRequest(client.rooted(path, false), false));
    }

    /// Sends it. One result a part, in order. Writes fail together, with [ZabraException.TransactionFailed]; a read
    /// that fails has an [OpResult.Failed] in its place.
    public CompletableFuture<List<OpResult>> commit() {
        if (!reads.isEmpty() && !writes.isEmpty()) {
            throw new IllegalStateException("A transaction has either writes or reads");
        }
        if (!reads.isEmpty()) {
            return client.send(new MultiReadRequest(List.copyOf(reads)), null, this::results);
        }
        // The result decides whether this succeeds, so it is told apart from an answer with an error.
        CompletableFuture<List<OpResult>> result = new CompletableFuture<>();
        client.submit(new MultiRequest(List.copyOf(writes)), null, new Call.Answer() {
            @Override
            public void answered(Response response) {
                List<OpResult> results = results(response);
                ZabraException failure = failure(results);
                if (failure == null) {
                    client.complete(result, results);
                } else {
                    client.fail(result, failure);
                }
            }

            @Override
            public void failed(ZabraException failure) {
                client.fail(result, failure);
            }
        });
        return result;
    }

    private List<OpResult> results(Response response) {
        return ((MultiResponse) response).results().stream().map(this::unrooted).toList();
    }

    private OpResult unrooted(OpResult result) {
        return switch (result) {
            case OpResult.Created created -> new OpResult.Created(unrooted(created.path()));
            case OpResult.Created2 created -> new OpResult.Created2(unrooted(created.path()), created.stat());
            case OpResult other -> other;
        };
    }

    private String unrooted(String path) {
        return WatchRegistry.unrooted(loop.chroot(), path);
    }

    private @Nullable ZabraException failure(List<OpResult> results) {
        for (int i = 0; i < results.size(); i++) {
            if (results.get(i) instanceof OpResult.Failed failed && failed.error() != 0) {
                ErrorCode code = ErrorCode.of(failed.error());
                String path = i < paths.size() ? paths.get(i) : null;
                return new ZabraException.TransactionFailed(
                        code == null ? ErrorCode.SYSTEM_ERROR : code, path, results);
            }
        }
        return null;
    }

    private Transaction write(String path, Request request) {
        writes.add(request);
        paths.add(path);
        return this;
    }

    private Transaction read(String path, Request request) {
        reads.add(request);
        paths.add(path);
        return this;
    }
}
