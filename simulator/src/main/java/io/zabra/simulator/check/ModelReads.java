// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.simulator.check;

import io.zabra.simulator.check.ModelWatches.Due;
import io.zabra.simulator.check.ModelWatches.Watched;
import io.zabra.wire.WireReader;
import io.zabra.wire.WireRecord;
import io.zabra.wire.WireWriter;
import io.zabra.wire.client.AddWatchRequest;
import io.zabra.wire.client.AddWatchResponse;
import io.zabra.wire.client.CheckWatchesRequest;
import io.zabra.wire.client.CloseSessionRequest;
import io.zabra.wire.client.CountResponse;
import io.zabra.wire.client.EncodedChildrenResponse;
import io.zabra.wire.client.EphemeralsResponse;
import io.zabra.wire.client.ExistsRequest;
import io.zabra.wire.client.GetAclRequest;
import io.zabra.wire.client.GetAclResponse;
import io.zabra.wire.client.GetAllChildrenNumberRequest;
import io.zabra.wire.client.GetChildren2Request;
import io.zabra.wire.client.GetChildren2Response;
import io.zabra.wire.client.GetChildrenRequest;
import io.zabra.wire.client.GetChildrenResponse;
import io.zabra.wire.client.GetDataRequest;
import io.zabra.wire.client.GetDataResponse;
import io.zabra.wire.client.GetEphemeralsRequest;
import io.zabra.wire.client.MultiReadRequest;
import io.zabra.wire.client.MultiResponse;
import io.zabra.wire.client.OpResult;
import io.zabra.wire.client.PathResponse;
import io.zabra.wire.client.PingRequest;
import io.zabra.wire.client.RemoveWatchesRequest;
import io.zabra.wire.client.Request;
import io.zabra.wire.client.Response;
import io.zabra.wire.client.SetWatches2Request;
import io.zabra.wire.client.SetWatchesRequest;
import io.zabra.wire.client.StatResponse;
import io.zabra.wire.client.SyncRequest;
import io.zabra.wire.client.WatcherEvent;
import io.zabra.wire.client.WhoAmIRequest;
import io.zabra.wire.client.WhoAmIResponse;
import io.zabra.wire.data.Acl;
import io.zabra.wire.data.Id;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// What the reference model answers to requests that change nothing, and which watches they leave.
public final class ModelReads {

    /// Who reads.
    ///
    /// @param session the session of the connection
    /// @param credentials what the connection had proved when the request was sent
    public record Reader(Watched watched, long session, List<Id> credentials) {}

    /// An answer; lists of names in it are sorted.
    public record Answer(int error, @Nullable Response body) {

        static Answer failed(int error) {
            return new Answer(error, null);
        }

        static Answer of(@Nullable Response body) {
            return new Answer(0, body);
        }

        /// Whether this is what a client was told.
        public boolean equals(int otherError, @Nullable Response other) {
            return error == otherError
                    && (body == null || other == null
                            ? body == other
                            : Arrays.equals(bytes(body), bytes(sorted(other))));
        }
    }

    private final Model model;

    public ModelReads(Model model) {
        this.model = model;
    }

    /// The answer to a request of a reader at this point of the order.
    public Answer answer(Request request, Reader reader) {
        return switch (request) {
            case PingRequest _, CloseSessionRequest _, SetWatchesRequest _, SetWatches2Request _ -> Answer.of(null);
            case SyncRequest(String path) -> Answer.of(new PathResponse(path));
            case WhoAmIRequest _ -> Answer.of(new WhoAmIResponse(ModelAccess.whoAmI(reader.credentials)));
            case GetDataRequest(String path, boolean watch) -> getData(path, watch, reader);
            case ExistsRequest(String path, boolean watch) -> exists(path, watch, reader);
            case GetChildrenRequest(String path, boolean watch) -> children(path, watch, reader, false);
            case GetChildren2Request(String path, boolean watch) -> children(path, watch, reader, true);
            case GetAclRequest(String path) -> getAcl(path, reader);
            case GetAllChildrenNumberRequest(String path) -> descendants(path, reader);
            case GetEphemeralsRequest(String prefix) ->
                Answer.of(new EphemeralsResponse(model.ephemerals(reader.session).stream()
                        .filter(path -> prefix == null || path.startsWith(prefix))
                        .toList()));
            case MultiReadRequest(List<Request> ops) ->
                Answer.of(new MultiResponse(
                        ops.stream().map(op -> part(op, reader)).toList()));
            case AddWatchRequest(String path, int mode) -> {
                (mode == 0 ? reader.watched.persistent : reader.watched.recursive).add(path);
                yield Answer.of(new AddWatchResponse());
            }
            case CheckWatchesRequest(String path, int type) ->
                reader.watched.has(type, path) ? Answer.of(null) : Answer.failed(Model.NO_WATCHER);
            case RemoveWatchesRequest(String path, int type) -> {
                boolean had = reader.watched.has(type, path);
                reader.watched.remove(type, path);
                yield had ? Answer.of(null) : Answer.failed(Model.NO_WATCHER);
            }
            default -> throw new IllegalArgumentException("not in the workload: " + request);
        };
    }

    private Answer getData(String path, boolean watch, Reader reader) {
        return seen(path, reader, node -> {
            if (watch) {
                reader.watched.data.add(path);
            }
            return Answer.of(new GetDataResponse(node.data, node.stat()));
        });
    }

    /// The one read whose watch stays where there is nothing.
    private Answer exists(String path, boolean watch, Reader reader) {
        Answer answer = seen(path, reader, node -> Answer.of(new StatResponse(node.stat())));
        if (watch && answer.error != Model.NO_AUTH) {
            reader.watched.data.add(path);
        }
        return answer;
    }

    private Answer children(String path, boolean watch, Reader reader, boolean withStat) {
        return seen(path, reader, node -> {
            if (watch) {
                reader.watched.child.add(path);
            }
            List<String> names = List.copyOf(node.children);
            return Answer.of(withStat ? new GetChildren2Response(names, node.stat()) : new GetChildrenResponse(names));
        });
    }

    private Answer getAcl(String path, Reader reader) {
        return seen(path, Acl.READ | Acl.ADMIN, reader, node -> {
            boolean administers = ModelAccess.permits(node.acl, Acl.ADMIN, reader.credentials);
            return Answer.of(new GetAclResponse(administers ? node.acl : ModelAccess.masked(node.acl), node.stat()));
        });
    }

    private Answer descendants(String path, Reader reader) {
        return seen(path, reader, _ -> {
            long below = model.nodes().keySet().stream()
                    .filter(other -> other.startsWith(path + "/"))
                    .count();
            return Answer.of(new CountResponse((int) below));
        });
    }

    private Answer seen(String path, Reader reader, Function<ModelNode, Answer> answer) {
        return seen(path, Acl.READ, reader, answer);
    }

    /// The answer about a znode, if it is there and the reader has one of the permissions.
    private Answer seen(String path, int permissions, Reader reader, Function<ModelNode, Answer> answer) {
        ModelNode node = model.find(path);
        if (node == null) {
            return Answer.failed(Model.NO_NODE);
        }
        return ModelAccess.permits(node.acl, permissions, reader.credentials)
                ? answer.apply(node)
                : Answer.failed(Model.NO_AUTH);
    }

    private OpResult part(Request op, Reader reader) {
        Answer answer = answer(op, reader);
        return switch (answer.body) {
            case GetDataResponse(byte[] data, var stat) -> new OpResult.DataRead(data, stat);
            case GetChildrenResponse(List<String> names) -> new OpResult.ChildrenRead(names);
            case null, default -> new OpResult.Failed(answer.error);
        };
    }

    /// Registers watches anew, and says what their owner missed.
    public List<Due> catchUp(SetWatches2Request set, Watched watched) {
        List<Due> missed = new ArrayList<>();
        for (String path : set.data()) {
            ModelNode node = model.find(path);
            if (node == null) {
                missed.add(new Due(-1, WatcherEvent.NODE_DELETED, path));
            } else if (node.mzxid > set.relativeZxid()) {
                missed.add(new Due(-1, WatcherEvent.NODE_DATA_CHANGED, path));
            } else {
                watched.data.add(path);
            }
        }
        for (String path : set.exist()) {
            if (model.find(path) != null) {
                missed.add(new Due(-1, WatcherEvent.NODE_CREATED, path));
            } else {
                watched.data.add(path);
            }
        }
        for (String path : set.child()) {
            ModelNode node = model.find(path);
            if (node == null) {
                missed.add(new Due(-1, WatcherEvent.NODE_DELETED, path));
            } else if (node.pzxid > set.relativeZxid()) {
                missed.add(new Due(-1, WatcherEvent.NODE_CHILDREN_CHANGED, path));
            } else {
                watched.child.add(path);
            }
        }
        watched.persistent.addAll(set.persistent());
        watched.recursive.addAll(set.persistentRecursive());
        return missed;
    }

    /// The answer with its lists of names, which come in any order, sorted.
    private static Response sorted(Response body) {
        return switch (body) {
            case EncodedChildrenResponse(byte[] encoded, var stat) -> {
                List<String> names = sorted(new WireReader(encoded).list(WireReader::string));
                yield stat == null ? new GetChildrenResponse(names) : new GetChildren2Response(names, stat);
            }
            case GetChildrenResponse(List<String> names) -> new GetChildrenResponse(sorted(names));
            case GetChildren2Response(List<String> names, var stat) -> new GetChildren2Response(sorted(names), stat);
            case EphemeralsResponse(List<String> paths) -> new EphemeralsResponse(sorted(paths));
            case MultiResponse(List<OpResult> results) ->
                new MultiResponse(results.stream()
                        .map(result -> result instanceof OpResult.ChildrenRead(List<String> names)
                                ? new OpResult.ChildrenRead(sorted(names))
                                : result)
                        .toList());
            default -> body;
        };
    }

    private static List<String> sorted(List<String> names) {
        return names.stream().sorted().toList();
    }

    private static byte[] bytes(WireRecord record) {
        WireWriter out = new WireWriter();
        Objects.requireNonNull(record).write(out);
        return out.toByteArray();
    }
}
