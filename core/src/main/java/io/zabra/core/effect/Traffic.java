// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.effect;

import io.zabra.core.request.Answer;
import io.zabra.core.request.Prepared;
import io.zabra.core.tree.Applied;
import io.zabra.wire.client.CreateRequest;
import io.zabra.wire.client.CreateTtlRequest;
import io.zabra.wire.client.EncodedChildrenResponse;
import io.zabra.wire.client.ExistsRequest;
import io.zabra.wire.client.GetChildren2Request;
import io.zabra.wire.client.GetChildrenRequest;
import io.zabra.wire.client.GetDataRequest;
import io.zabra.wire.client.GetDataResponse;
import io.zabra.wire.client.MultiReadRequest;
import io.zabra.wire.client.MultiRequest;
import io.zabra.wire.client.MultiResponse;
import io.zabra.wire.client.OpResult;
import io.zabra.wire.client.Request;
import io.zabra.wire.client.Response;
import io.zabra.wire.client.SetDataRequest;
import io.zabra.wire.data.ErrorCode;
import io.zabra.wire.txn.CloseSessionTxn;
import io.zabra.wire.txn.CreateContainerTxn;
import io.zabra.wire.txn.CreateTtlTxn;
import io.zabra.wire.txn.CreateTxn;
import io.zabra.wire.txn.DeleteTxn;
import io.zabra.wire.txn.ErrorTxn;
import io.zabra.wire.txn.MultiTxn;
import io.zabra.wire.txn.SetDataTxn;
import io.zabra.wire.txn.Txn;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Tells the [Meter] how many bytes are read and written where, with Apache's idea of the bytes: the length of the
/// path, that of the data or of the children's names, and for a read that of a stat. Owned by the node.
public final class Traffic {

    private static final int STAT_BYTES = 68;

    private final Meter meter;

    public Traffic(Meter meter) {
        this.meter = meter;
    }

    public void read(Request request, Answer answer) {
        Response body = answer.body();
        if (answer.error() != 0 || body == null) {
            return;
        }
        switch (request) {
            case GetDataRequest get
            when body instanceof GetDataResponse(var data, var _) -> read(get.path(), length(data));
            case ExistsRequest exists -> read(exists.path(), 0);
            case GetChildrenRequest get
            when body instanceof EncodedChildrenResponse(var names, var _) -> read(get.path(), nameBytes(names));
            case GetChildren2Request get
            when body instanceof EncodedChildrenResponse(var names, var _) -> read(get.path(), nameBytes(names));
            case MultiReadRequest multi when body instanceof MultiResponse(var results) -> read(multi.ops(), results);
            default -> {
                // Apache counts no others.
            }
        }
    }

    private void read(List<Request> ops, List<OpResult> results) {
        for (int i = 0; i < results.size(); i++) {
            OpResult result = results.get(i);
            if (result instanceof OpResult.DataRead(var data, var _) && ops.get(i) instanceof GetDataRequest get) {
                read(get.path(), length(data));
            } else if (result instanceof OpResult.ChildrenRead(var names)
                    && ops.get(i) instanceof GetChildrenRequest get) {
                read(get.path(), names.stream().mapToInt(String::length).sum());
            }
        }
    }

    private void read(String path, int bytes) {
        meter.read(path, path.length() + bytes + STAT_BYTES);
    }

    public void written(Txn txn, Applied applied) {
        if (applied instanceof Applied.Failed) {
            return;
        }
        switch (txn) {
            case CreateTxn create -> written(create.path(), length(create.data()));
            case CreateContainerTxn create -> written(create.path(), length(create.data()));
            case CreateTtlTxn create -> written(create.path(), length(create.data()));
            case SetDataTxn set -> written(set.path(), length(set.data()));
            case DeleteTxn delete -> written(delete.path(), 0);
            case CloseSessionTxn(var paths) when paths != null -> paths.forEach(path -> written(path, 0));
            case MultiTxn(var ops)
            when applied instanceof Applied.Multi(var results) -> {
                for (int i = 0; i < ops.size(); i++) {
                    written(ops.get(i).txn(), results.get(i));
                }
            }
            default -> {
                // Apache counts no others.
            }
        }
    }

    private void written(String path, int bytes) {
        meter.written(path, path.length() + bytes);
    }

    /// Looks whether what became of a write is that a quota forbids it.
    public void prepared(Request request, Prepared prepared) {
        if (prepared instanceof Prepared.Rejected(var code)) {
            refused(request, code.number());
        } else if (prepared instanceof Prepared.Accepted(var _, MultiTxn(var done))
                && request instanceof MultiRequest(var asked)) {
            for (int i = 0; i < done.size(); i++) {
                if (done.get(i).txn() instanceof ErrorTxn(int error)) {
                    refused(asked.get(i), error);
                }
            }
        }
    }

    private void refused(Request request, int error) {
        if (error != ErrorCode.QUOTA_EXCEEDED.number()) {
            return;
        }
        switch (request) {
            case CreateRequest create -> meter.quotaExceeded(create.path());
            case CreateTtlRequest create -> meter.quotaExceeded(create.path());
            case SetDataRequest set -> meter.quotaExceeded(set.path());
            default -> {
                // No quota forbids others.
            }
        }
    }

    private static int length(byte @Nullable [] data) {
        return data == null ? 0 : data.length;
    }

    /// The bytes of the strings in an encoded list of them, without its count and their lengths.
    private static int nameBytes(byte[] names) {
        int count = names[0] << 24 | (names[1] & 0xFF) << 16 | (names[2] & 0xFF) << 8 | (names[3] & 0xFF);
        return names.length - Integer.BYTES * (1 + Math.max(0, count));
    }
}
