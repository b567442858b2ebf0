// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.wire.client;

import io.zabra.wire.MalformedPacketException;
import io.zabra.wire.WireReader;
import io.zabra.wire.WireRecord;

/// What a server answers: the part of the packet after the [ReplyHeader], there only when the header has error 0.
public sealed interface Response extends WireRecord
        permits PathResponse,
                CreateResponse2,
                StatResponse,
                GetDataResponse,
                GetAclResponse,
                GetChildrenResponse,
                GetChildren2Response,
                EncodedChildrenResponse,
                MultiResponse,
                SaslResponse,
                EphemeralsResponse,
                CountResponse,
                AddWatchResponse,
                WhoAmIResponse,
                EmptyResponse {

    /// Decodes the answer to a request of the given opcode: the client's side.
    static Response read(OpCode op, WireReader in) {
        return switch (op) {
            case CREATE, SYNC -> PathResponse.read(in);
            case CREATE2, CREATE_CONTAINER, CREATE_TTL -> CreateResponse2.read(in);
            case EXISTS, SET_DATA, SET_ACL -> StatResponse.read(in);
            case GET_DATA, RECONFIG -> GetDataResponse.read(in);
            case GET_ACL -> GetAclResponse.read(in);
            case GET_CHILDREN -> GetChildrenResponse.read(in);
            case GET_CHILDREN2 -> GetChildren2Response.read(in);
            case MULTI, MULTI_READ -> MultiResponse.read(in);
            case SASL -> SaslResponse.read(in);
            case GET_EPHEMERALS -> EphemeralsResponse.read(in);
            case GET_ALL_CHILDREN_NUMBER -> CountResponse.read(in);
            case ADD_WATCH -> AddWatchResponse.read(in);
            case WHO_AM_I -> WhoAmIResponse.read(in);
            case DELETE,
                    PING,
                    CHECK,
                    CHECK_WATCHES,
                    REMOVE_WATCHES,
                    DELETE_CONTAINER,
                    AUTH,
                    SET_WATCHES,
                    SET_WATCHES2,
                    CREATE_SESSION,
                    CLOSE_SESSION -> EmptyResponse.read(in);
            case NOTIFICATION, ERROR -> throw new MalformedPacketException(op + " has no answer");
        };
    }
}
