// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.server.config;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/// Reads the settings of a server from a `zoo.cfg`, `-D` options and the environment, and reports all that is wrong
/// with them at once.
///
/// Rank of the sources, as in Apache, where a key of the file is written over the system property: the file; then
/// system properties; then `-D` options in `JVMFLAGS`, then in `SERVER_JVMFLAGS`; then the settings that hold without a
/// file; then the defaults of the table.
public final class ConfigReader {

    /// A longer file is none that a person wrote.
    private static final int FILE_BYTES_MAX = 1 << 20;

    /// What Apache puts behind the name of the configuration, for a server list that is not decided on.
    private static final String NEXT_SUFFIX = ".dynamic.next";

    /// Properties of this name that are no settings of the server: the launcher and the log have them.
    private static final List<String> OTHERS = List.of("zabra.home", "zabra.log.level");

    private final Values values = new Values();
    private boolean unread;

    private ConfigReader() {}

    /// Reads and checks everything; expected failures are values.
    public static ConfigResult read(ConfigInput input) {
        var reader = new ConfigReader();
        reader.collect(input);
        return reader.result(input.file() != null);
    }

    /// Reads the text of a `zoo.cfg` that is called `name` in messages.
    static ConfigResult read(String name, byte[] zooCfg) {
        var reader = new ConfigReader();
        reader.file(Path.of(name), zooCfg);
        return reader.result(true);
    }

    private void collect(ConfigInput input) {
        Path file = input.file();
        if (file == null) {
            byte[] text = String.join("\n", ServerConfig.WITHOUT_FILE).getBytes(StandardCharsets.ISO_8859_1);
            for (PropertiesText.Line line : PropertiesText.parse(text, "").lines()) {
                values.put(line.key(), line.value(), "");
            }
        }
        properties(input);
        if (file == null) {
            return;
        }
        try {
            file(file, bytes(file));
        } catch (NoSuchFileException missing) {
            unread(file.toString(), "there is no such file");
        } catch (IOException unreadable) {
            unread(file.toString(), "cannot be read: " + cause(unreadable));
        }
    }

    /// Reports a file that could not be read. What it would have set is not reported as missing.
    private void unread(String file, String problem) {
        values.reject(file, problem);
        unread = true;
    }

    private void properties(ConfigInput input) {
        var options = new TreeMap<String, String>();
        var places = new TreeMap<String, String>();
        if (!input.environment()
                .getOrDefault("ZOO_DATADIR_AUTOCREATE_DISABLE", "")
                .isEmpty()) {
            options.put("zookeeper.datadir.autocreate", "false");
            places.put("zookeeper.datadir.autocreate", "ZOO_DATADIR_AUTOCREATE_DISABLE");
        }
        for (String variable : List.of("SERVER_JVMFLAGS", "JVMFLAGS")) {
            var found = new TreeMap<String, String>();
            JvmOptions.properties(input.environment().getOrDefault(variable, ""), found);
            options.putAll(found);
            found.keySet().forEach(name -> places.put(name, variable + " -D" + name));
        }
        input.properties().forEach((name, value) -> {
            if (!value.equals(options.put(name, value))) {
                places.put(name, "-D" + name);
            }
        });
        options.forEach((name, value) -> property(name, value.trim(), places.getOrDefault(name, "-D" + name)));
    }

    private void property(String name, String value, String place) {
        Setting row = Settings.ofProperty(name);
        if (row == null) {
            if (name.startsWith("zookeeper.")) {
                values.putUnknown(name, value, place);
            } else if (name.startsWith("zabra.") && !OTHERS.contains(name)) {
                values.warnUnknown(name, place);
            }
        } else {
            values.put(row.isFamily() ? name.substring("zookeeper.".length()) : row.key(), value, place);
        }
    }

    private void file(Path path, byte[] bytes) {
        values.file(path);
        List<PropertiesText.Line> lines = lines(path, bytes);
        String dynamic = null;
        for (PropertiesText.Line line : lines) {
            String place = path + ":" + line.number();
            if (Settings.ofKey(line.key()) == null) {
                values.putUnknown("zookeeper." + line.key(), line.value(), place);
            } else {
                values.put(line.key(), line.value(), place);
            }
            dynamic = line.key().equals("dynamicConfigFile") ? line.value() : dynamic;
        }
        if (dynamic != null && !dynamic.isEmpty()) {
            for (PropertiesText.Line line : lines) {
                if (isMember(line.key())) {
                    values.reject(path + ":" + line.number(), line.key() + " must stand in the dynamicConfigFile");
                }
            }
            dynamicFile(dynamic);
            nextMembers(Path.of(path + NEXT_SUFFIX));
        }
    }

    private void nextMembers(Path path) {
        try {
            if (Files.exists(path)) {
                values.nextMembers(new String(bytes(path), StandardCharsets.ISO_8859_1));
            }
        } catch (IOException unreadable) {
            unread(path.toString(), "cannot be read: " + cause(unreadable));
        }
    }

    /// The messages of some exceptions are the name of the file and no more.
    private static String cause(Exception unreadable) {
        return switch (unreadable) {
            case AccessDeniedException _ -> "access denied";
            case NoSuchFileException _ -> "there is no such file";
            default -> String.valueOf(unreadable.getMessage());
        };
    }

    private static byte[] bytes(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(FILE_BYTES_MAX + 1);
            if (bytes.length > FILE_BYTES_MAX) {
                throw new IOException("it is longer than " + FILE_BYTES_MAX + " bytes; is it a zoo.cfg?");
            }
            return bytes;
        }
    }

    private void dynamicFile(String name) {
        try {
            Path path = Path.of(name);
            values.memberVersion(versionOf(name));
            List<PropertiesText.Line> lines = lines(path, bytes(path));
            if (lines.stream().noneMatch(line -> line.key().startsWith("server."))) {
                // Whoever has such a setting means to have members: to stand alone would be the worst guess.
                values.rejectKey(
                        "dynamicConfigFile",
                        "there is no server in it; put in a line as server.1=host:2888:3888;2181 for each, or take the"
                                + " setting out, for a server that stands alone");
            }
            for (PropertiesText.Line line : lines) {
                if (isMember(line.key())) {
                    values.put(line.key(), line.value(), path + ":" + line.number());
                } else {
                    values.reject(path + ":" + line.number(), line.key() + " must not stand in the dynamicConfigFile");
                }
            }
        } catch (IOException | InvalidPathException unreadable) {
            values.rejectKey("dynamicConfigFile", "cannot be read: " + cause(unreadable));
            unread = true;
        }
    }

    /// The hexadecimal number behind the last dot of the name, as in `zoo.cfg.dynamic.100000000`; 0 if there is none.
    private static String versionOf(String name) {
        try {
            return Long.toHexString(Long.parseLong(name.substring(name.lastIndexOf('.') + 1), 16));
        } catch (NumberFormatException none) {
            return "0";
        }
    }

    private List<PropertiesText.Line> lines(Path path, byte[] bytes) {
        PropertiesText.Parsed parsed = PropertiesText.parse(bytes, path.toString());
        parsed.problems().forEach(problem -> values.reject(problem.place(), problem.message()));
        var last = new TreeMap<String, PropertiesText.Line>();
        for (PropertiesText.Line line : parsed.lines()) {
            PropertiesText.Line earlier = last.put(line.key(), line);
            if (earlier != null) {
                values.warn(
                        path + ":" + earlier.number(),
                        line.key() + " stands again in line " + line.number() + ", which counts");
            }
        }
        var lines = new ArrayList<>(last.values());
        lines.sort((a, b) -> Integer.compare(a.number(), b.number()));
        return lines;
    }

    private static boolean isMember(String key) {
        return key.startsWith("server.") || key.startsWith("group") || key.startsWith("weight");
    }

    private ConfigResult result(boolean fromFile) {
        values.checkAll();
        ServerConfig config = unread ? null : new ConfigBuilder(values).build(fromFile);
        if (config == null || !values.problems().isEmpty()) {
            return new ConfigResult.Rejected(values.problems(), values.warnings());
        }
        return new ConfigResult.Accepted(config, () -> ConfigListing.of(values), values.warnings());
    }
}
