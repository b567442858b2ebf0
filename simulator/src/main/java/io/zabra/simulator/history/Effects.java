// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.simulator.history;

import io.zabra.simulator.check.Model;
import io.zabra.wire.client.CreateRequest;
import io.zabra.wire.client.CreateResponse2;
import io.zabra.wire.client.DeleteRequest;
import io.zabra.wire.client.ExistsRequest;
import io.zabra.wire.client.GetDataRequest;
import io.zabra.wire.client.GetDataResponse;
import io.zabra.wire.client.OpResult;
import io.zabra.wire.client.Request;
import io.zabra.wire.client.Response;
import io.zabra.wire.client.SetDataRequest;
import io.zabra.wire.client.StatResponse;
import io.zabra.wire.data.Stat;
import io.zabra.wire.txn.CreateTxn;
import io.zabra.wire.txn.ErrorTxn;
import io.zabra.wire.txn.MultiTxn;
import io.zabra.wire.txn.SetDataTxn;
import io.zabra.wire.txn.Txn;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Compares what requests, answers and transactions say of a znode.
final class Effects {

    private static final int ERROR_TYPE = -1;

    private Effects() {}

    /// Whether a transaction is what the model says that it must be.
    static boolean same(Txn txn, Model.Result result) {
        Stat stat = result.stat();
        return switch (txn) {
            case ErrorTxn(int error) -> error == result.error();
            case CreateTxn create -> result.error() == 0 && create.path().equals(result.path());
            case SetDataTxn set -> result.error() == 0 && stat != null && set.version() == stat.version();
            case MultiTxn multi -> {
                List<OpResult> parts = result.parts();
                boolean fails = multi.ops().stream().anyMatch(part -> part.type() == ERROR_TYPE);
                yield parts != null && fails == parts.stream().anyMatch(part -> part instanceof OpResult.Failed);
            }
            default -> result.error() == 0;
        };
    }

    /// The Stat in an answer, or null.
    static @Nullable Stat stat(Response body) {
        return switch (body) {
            case GetDataResponse(byte[] _, Stat stat) -> stat;
            case StatResponse(Stat stat) -> stat;
            case CreateResponse2(String _, Stat stat) -> stat;
            default -> null;
        };
    }

    static boolean samePath(Request one, Request other) {
        String path = path(one);
        return path != null && path.equals(path(other));
    }

    /// The znode that a request is about, if it is about the data of one.
    static @Nullable String path(Request request) {
        return switch (request) {
            case CreateRequest create -> create.path();
            case SetDataRequest set -> set.path();
            case DeleteRequest delete -> delete.path();
            case GetDataRequest get -> get.path();
            case ExistsRequest exists -> exists.path();
            default -> null;
        };
    }
}
