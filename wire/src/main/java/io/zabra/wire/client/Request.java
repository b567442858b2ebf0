// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.wire.client;

import io.zabra.wire.MalformedPacketException;
import io.zabra.wire.WireReader;
import io.zabra.wire.WireRecord;

/// What a client asks of a server: the part of the packet after the [RequestHeader].
public sealed interface Request extends WireRecord
        permits CreateRequest,
                CreateTtlRequest,
                DeleteRequest,
                ExistsRequest,
                GetDataRequest,
                SetDataRequest,
                GetAclRequest,
                SetAclRequest,
                GetChildrenRequest,
                GetChildren2Request,
                SyncRequest,
                PingRequest,
                CheckVersionRequest,
                MultiRequest,
                MultiReadRequest,
                ReconfigRequest,
                CheckWatchesRequest,
                RemoveWatchesRequest,
                DeleteContainerRequest,
                AuthRequest,
                SetWatchesRequest,
                SetWatches2Request,
                SaslRequest,
                GetEphemeralsRequest,
                GetAllChildrenNumberRequest,
                AddWatchRequest,
                WhoAmIRequest,
                CreateSessionRequest,
                CloseSessionRequest {

    OpCode op();

    /// Decodes the request of the given opcode. Bytes that are left over are not an error: the protocol ignores them.
    static Request read(OpCode op, WireReader in) {
        return switch (op) {
            case CREATE, CREATE2, CREATE_CONTAINER -> CreateRequest.read(op, in);
            case CREATE_TTL -> CreateTtlRequest.read(in);
            case DELETE -> DeleteRequest.read(in);
            case EXISTS -> ExistsRequest.read(in);
            case GET_DATA -> GetDataRequest.read(in);
            case SET_DATA -> SetDataRequest.read(in);
            case GET_ACL -> GetAclRequest.read(in);
            case SET_ACL -> SetAclRequest.read(in);
            case GET_CHILDREN -> GetChildrenRequest.read(in);
            case GET_CHILDREN2 -> GetChildren2Request.read(in);
            case SYNC -> SyncRequest.read(in);
            case PING -> PingRequest.read(in);
            case CHECK -> CheckVersionRequest.read(in);
            case MULTI -> MultiRequest.read(in);
            case MULTI_READ -> MultiReadRequest.read(in);
            case RECONFIG -> ReconfigRequest.read(in);
            case CHECK_WATCHES -> CheckWatchesRequest.read(in);
            case REMOVE_WATCHES -> RemoveWatchesRequest.read(in);
            case DELETE_CONTAINER -> DeleteContainerRequest.read(in);
            case AUTH -> AuthRequest.read(in);
            case SET_WATCHES -> SetWatchesRequest.read(in);
            case SET_WATCHES2 -> SetWatches2Request.read(in);
            case SASL -> SaslRequest.read(in);
            case GET_EPHEMERALS -> GetEphemeralsRequest.read(in);
            case GET_ALL_CHILDREN_NUMBER -> GetAllChildrenNumberRequest.read(in);
            case ADD_WATCH -> AddWatchRequest.read(in);
            case WHO_AM_I -> WhoAmIRequest.read(in);
            case CREATE_SESSION -> CreateSessionRequest.read(in);
            case CLOSE_SESSION -> CloseSessionRequest.read(in);
            case NOTIFICATION, ERROR -> throw new MalformedPacketException(op + " is not a request");
        };
    }
}
