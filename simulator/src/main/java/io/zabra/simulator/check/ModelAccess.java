// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.simulator.check;

import io.zabra.wire.client.AuthRequest;
import io.zabra.wire.client.ClientInfo;
import io.zabra.wire.data.Acl;
import io.zabra.wire.data.Id;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// Who may do what, as the reference model has it, for the schemes `world`, `auth`, `digest`, `ip` with whole
/// addresses, and `super`.
public final class ModelAccess {

    /// User and password whose holder may do everything.
    public static final String SUPER_USER = "root:secret";

    private static final Id SUPER = new Id("super", "");
    /// Lives ask for the same few over and over.
    private static final Map<String, Id> DIGESTS = new ConcurrentHashMap<>();

    private ModelAccess() {}

    /// The ACL id of a user and password.
    public static Id digest(String userAndPassword) {
        return DIGESTS.computeIfAbsent(userAndPassword, ModelAccess::hashed);
    }

    private static Id hashed(String userAndPassword) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-1").digest(userAndPassword.getBytes(StandardCharsets.UTF_8));
            String user = userAndPassword.substring(0, userAndPassword.indexOf(':'));
            return new Id("digest", user + ":" + Base64.getEncoder().encodeToString(hash));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /// What a connection has proved after an auth packet that succeeds, newest first.
    public static List<Id> authenticated(List<Id> before, AuthRequest auth) {
        LinkedHashSet<Id> after = new LinkedHashSet<>();
        if ("digest".equals(auth.scheme()) && auth.auth() != null) {
            String user = new String(auth.auth(), StandardCharsets.UTF_8);
            Id id = digest(user);
            if (!before.contains(id)) {
                if (user.equals(SUPER_USER)) {
                    after.add(SUPER);
                }
                after.add(id);
            }
        }
        after.addAll(before);
        return List.copyOf(after);
    }

    static boolean permits(List<Acl> acl, int perm, List<Id> credentials) {
        if (credentials.contains(SUPER)) {
            return true;
        }
        for (Acl entry : acl) {
            boolean forEverybody = "world".equals(entry.id().scheme());
            if ((entry.perms() & perm) != 0 && (forEverybody || credentials.contains(entry.id()))) {
                return true;
            }
        }
        return false;
    }

    /// The ACL that is stored for what a client wants; null if it is invalid.
    static @Nullable List<Acl> stored(@Nullable List<Acl> wanted, List<Id> credentials) {
        if (wanted == null || wanted.isEmpty()) {
            return null;
        }
        List<Acl> stored = new ArrayList<>();
        for (Acl entry : new LinkedHashSet<>(wanted)) {
            switch (String.valueOf(entry.id().scheme())) {
                case "world", "digest", "ip" -> stored.add(entry);
                case "auth" -> {
                    List<Acl> proved = credentials.stream()
                            .filter(id -> "digest".equals(id.scheme()))
                            .map(id -> new Acl(entry.perms(), id))
                            .toList();
                    if (proved.isEmpty()) {
                        return null;
                    }
                    stored.addAll(proved);
                }
                default -> {
                    return null;
                }
            }
        }
        return stored;
    }

    /// An ACL as those see it who may not administer it.
    static List<Acl> masked(List<Acl> acl) {
        return acl.stream()
                .map(entry -> "digest".equals(entry.id().scheme())
                        ? new Acl(entry.perms(), new Id("digest", user(entry.id()) + ":x"))
                        : entry)
                .toList();
    }

    static List<ClientInfo> whoAmI(List<Id> credentials) {
        return credentials.stream()
                .map(id -> new ClientInfo(
                        String.valueOf(id.scheme()), "digest".equals(id.scheme()) ? user(id) : String.valueOf(id.id())))
                .toList();
    }

    private static String user(Id id) {
        return String.valueOf(id.id()).split(":")[0];
    }
}
