// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.client;

import io.zabra.wire.client.OpResult;
import io.zabra.wire.data.ErrorCode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A request that failed. The subclass tells the failures apart that applications act on; [#code] tells all.
///
/// Replaces Apache's `KeeperException`, whose message texts it keeps.
public sealed class ZabraException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final ErrorCode code;
    private final @Nullable String path;

    private ZabraException(ErrorCode code, @Nullable String path) {
        this(code, path, messageOf(code, path));
    }

    private ZabraException(ErrorCode code, @Nullable String path, String message) {
        super(message);
        this.code = code;
        this.path = path;
    }

    /// What the server, or the client itself, answered.
    public ErrorCode code() {
        return code;
    }

    /// The znode that the request was about, if it was about one.
    public @Nullable String path() {
        return path;
    }

    /// The exception for an error number of the protocol. Numbers that nobody knows become `SYSTEM_ERROR`.
    static ZabraException of(int number, @Nullable String path) {
        ErrorCode code = ErrorCode.of(number);
        return of(code == null ? ErrorCode.SYSTEM_ERROR : code, path);
    }

    static ZabraException of(ErrorCode code, @Nullable String path) {
        return switch (code) {
            case NO_NODE -> new NoNode(path);
            case NODE_EXISTS -> new NodeExists(path);
            case BAD_VERSION -> new BadVersion(path);
            case NOT_EMPTY -> new NotEmpty(path);
            case NO_AUTH -> new NoAuth(path);
            case INVALID_ACL -> new InvalidAcl(path);
            case NO_CHILDREN_FOR_EPHEMERALS -> new NoChildrenForEphemerals(path);
            case QUOTA_EXCEEDED -> new QuotaExceeded(path);
            case NO_WATCHER -> new NoWatcher(path);
            case NOT_READ_ONLY -> new NotReadOnly(path);
            case CONNECTION_LOSS -> new ConnectionLoss(path);
            case SESSION_EXPIRED -> new SessionExpired(path);
            case AUTH_FAILED -> new AuthFailed(path);
            default -> new ZabraException(code, path);
        };
    }

    /// The same with what has caused it, if that is known.
    static ZabraException of(ErrorCode code, @Nullable String path, @Nullable Throwable cause) {
        ZabraException failure = of(code, path);
        if (cause != null) {
            failure.initCause(cause);
        }
        return failure;
    }

    /// The same failure with the stack of the thread that waited for it.
    ZabraException atCaller() {
        ZabraException copy = switch (this) {
            case TransactionFailed failed -> new TransactionFailed(failed.code(), failed.path(), failed.results);
            case Overloaded overloaded -> new Overloaded(overloaded.words());
            case RequestTooLong tooLong -> new RequestTooLong(tooLong.words());
            case ZabraException other -> of(code, path);
        };
        copy.initCause(this);
        return copy;
    }

    /// The message, which these classes always have.
    final String words() {
        String message = getMessage();
        return message == null ? code.name() : message;
    }

    private static String messageOf(ErrorCode code, @Nullable String path) {
        String about = path == null || path.isEmpty() ? "" : " for " + path;
        return "KeeperErrorCode = " + name(code) + about;
    }

    /// The name of a code in Apache's messages.
    private static String name(ErrorCode code) {
        return switch (code) {
            case OK -> "ok";
            case NOT_EMPTY -> "Directory not empty";
            case SESSION_EXPIRED -> "Session expired";
            case INVALID_CALLBACK -> "Invalid callback";
            case SESSION_MOVED -> "Session moved";
            case NOT_READ_ONLY -> "Not a read-only call";
            case EPHEMERAL_ON_LOCAL_SESSION -> "Ephemeral node on local session";
            case NO_WATCHER -> "No such watcher";
            case RECONFIG_DISABLED -> "Reconfig is disabled";
            case SESSION_CLOSED_REQUIRE_SASL_AUTH -> "Session closed because client failed to authenticate";
            case QUOTA_EXCEEDED -> "Quota has exceeded";
            case THROTTLED_OP -> "Op throttled due to high load";
            case INVALID_ACL -> "InvalidACL";
            case API_ERROR -> "APIError";
            case UNKNOWN_SESSION, REQUEST_TIMEOUT ->
                "Unknown error " + code.name().replace("_", "");
            default -> camelCase(code.name());
        };
    }

    private static String camelCase(String constant) {
        StringBuilder name = new StringBuilder(constant.length());
        for (String word : constant.split("_")) {
            name.append(word.charAt(0)).append(word.substring(1).toLowerCase(java.util.Locale.ROOT));
        }
        return name.toString();
    }

    /// There is no such znode.
    public static final class NoNode extends ZabraException {
        private static final long serialVersionUID = 1L;

        NoNode(@Nullable String path) {
            super(ErrorCode.NO_NODE, path);
        }
    }

    /// The znode is already there.
    public static final class NodeExists extends ZabraException {
        private static final long serialVersionUID = 1L;

        NodeExists(@Nullable String path) {
            super(ErrorCode.NODE_EXISTS, path);
        }
    }

    /// The znode has another version than the one that was expected.
    public static final class BadVersion extends ZabraException {
        private static final long serialVersionUID = 1L;

        BadVersion(@Nullable String path) {
            super(ErrorCode.BAD_VERSION, path);
        }
    }

    /// The znode has children.
    public static final class NotEmpty extends ZabraException {
        private static final long serialVersionUID = 1L;

        NotEmpty(@Nullable String path) {
            super(ErrorCode.NOT_EMPTY, path);
        }
    }

    /// The ACL does not allow it.
    public static final class NoAuth extends ZabraException {
        private static final long serialVersionUID = 1L;

        NoAuth(@Nullable String path) {
            super(ErrorCode.NO_AUTH, path);
        }
    }

    /// The ACL is empty or malformed, or names a scheme that the server does not know.
    public static final class InvalidAcl extends ZabraException {
        private static final long serialVersionUID = 1L;

        InvalidAcl(@Nullable String path) {
            super(ErrorCode.INVALID_ACL, path);
        }
    }

    /// An ephemeral znode cannot have children.
    public static final class NoChildrenForEphemerals extends ZabraException {
        private static final long serialVersionUID = 1L;

        NoChildrenForEphemerals(@Nullable String path) {
            super(ErrorCode.NO_CHILDREN_FOR_EPHEMERALS, path);
        }
    }

    /// A hard quota would be exceeded.
    public static final class QuotaExceeded extends ZabraException {
        private static final long serialVersionUID = 1L;

        QuotaExceeded(@Nullable String path) {
            super(ErrorCode.QUOTA_EXCEEDED, path);
        }
    }

    /// There is no such watch.
    public static final class NoWatcher extends ZabraException {
        private static final long serialVersionUID = 1L;

        NoWatcher(@Nullable String path) {
            super(ErrorCode.NO_WATCHER, path);
        }
    }

    /// The server has lost its ensemble and takes no writes.
    public static final class NotReadOnly extends ZabraException {
        private static final long serialVersionUID = 1L;

        NotReadOnly(@Nullable String path) {
            super(ErrorCode.NOT_READ_ONLY, path);
        }
    }

    /// The connection was lost before the answer came: a write may or may not have happened. The cause, if there is
    /// one, names the server and the reason.
    public static final class ConnectionLoss extends ZabraException {
        private static final long serialVersionUID = 1L;

        ConnectionLoss(@Nullable String path) {
            super(ErrorCode.CONNECTION_LOSS, path);
        }
    }

    /// The session is over, by expiry or because the client was closed.
    public static final class SessionExpired extends ZabraException {
        private static final long serialVersionUID = 1L;

        SessionExpired(@Nullable String path) {
            super(ErrorCode.SESSION_EXPIRED, path);
        }
    }

    /// The server refused the credentials.
    public static final class AuthFailed extends ZabraException {
        private static final long serialVersionUID = 1L;

        AuthFailed(@Nullable String path) {
            super(ErrorCode.AUTH_FAILED, path);
        }
    }

    /// A transaction did nothing because one of its parts failed; [#code] and [#path] are those of that part.
    public static final class TransactionFailed extends ZabraException {
        private static final long serialVersionUID = 1L;

        private final transient List<OpResult> results;

        TransactionFailed(ErrorCode code, @Nullable String path, List<OpResult> results) {
            super(code, path);
            this.results = List.copyOf(results);
        }

        /// One [OpResult.Failed] a part: error 0 before the culprit, its error, -2 behind it.
        public List<OpResult> results() {
            return results;
        }
    }

    /// The client already waits for as many answers as its [ClientLimits] allow. Nothing was sent.
    public static final class Overloaded extends ZabraException {
        private static final long serialVersionUID = 1L;

        Overloaded(String message) {
            super(ErrorCode.THROTTLED_OP, null, message);
        }
    }

    /// The request is longer than servers accept. Nothing was sent.
    public static final class RequestTooLong extends ZabraException {
        private static final long serialVersionUID = 1L;

        RequestTooLong(String message) {
            super(ErrorCode.BAD_ARGUMENTS, null, message);
        }
    }
}
