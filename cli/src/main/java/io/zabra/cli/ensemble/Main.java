// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.cli.ensemble;

import java.io.Console;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `./zabra ensemble`: runs all members of an ensemble on this machine until it is told to stop.
///
/// Exit codes: 0 `--help` has answered, 1 the members could not be started or have all ended, 2 wrong usage, 130 and
/// 143 stopped by Ctrl-C and SIGTERM.
@Command(
        name = "zabra ensemble",
        description =
                "Runs an ensemble on this machine, each member in a process of its own. Ctrl-C stops all of them.",
        sortOptions = false)
public final class Main implements Callable<Integer> {

    private static final String DEFAULT_MEMBERS = "3";
    private static final String DEFAULT_BASE = "2181";
    private static final String DEFAULT_FOLDER = "ensemble";

    /// What the launcher puts before the command that starts a server.
    private static final String SERVER_COMMAND = "--server-command";

    private static final String OF_OPTION = "choose others with --base-port";
    private static final String OF_MEMBERS = "the members know each other by these, so stop what uses them";

    /// The share of the machine's memory that all heaps together may take.
    private static final int HEAP_PERCENT = 70;

    @Parameters(
            paramLabel = "N",
            arity = "0..1",
            defaultValue = DEFAULT_MEMBERS,
            description = "Number of members, 1 to 9 (default: ${DEFAULT-VALUE}).")
    private int members;

    @Option(
            names = "--base-port",
            paramLabel = "PORT",
            defaultValue = DEFAULT_BASE,
            description = {
                "Port for the clients of the first member; the others have the next ones (default: ${DEFAULT-VALUE}).",
                "The ports between members begin 707 and 1707 above. 0: any free ports."
            })
    private int basePort;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            defaultValue = DEFAULT_FOLDER,
            description = "Folder of the members' folders (default: ${DEFAULT-VALUE}).")
    private Path folder = Path.of(DEFAULT_FOLDER);

    @SuppressWarnings("UnusedVariable") // It is there to be described.
    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this.")
    private boolean help;

    @Option(names = "--launcher", hidden = true, defaultValue = "zabra")
    private String launcher = "zabra";

    private final List<String> serverCommand;
    private final PrintStream out;
    private final PrintStream err;

    Main(List<String> serverCommand, PrintStream out, PrintStream err) {
        this.serverCommand = serverCommand;
        this.out = out;
        this.err = err;
    }

    public static void main(String[] args) {
        System.exit(run(List.of(args), System.out, System.err));
    }

    static int run(List<String> args, PrintStream out, PrintStream err) {
        int end = args.indexOf(SERVER_COMMAND);
        List<String> own = end < 0 ? args : args.subList(0, end);
        List<String> command = end < 0 ? List.of() : args.subList(end + 1, args.size());
        return new picocli.CommandLine(new Main(command, out, err))
                .setOut(new PrintWriter(out, true, Charset.defaultCharset()))
                .setErr(new PrintWriter(err, true, Charset.defaultCharset()))
                .execute(own.toArray(String[]::new));
    }

    @Override
    public Integer call() throws InterruptedException {
        if (members < 1 || members > Layout.MEMBERS_MAX) {
            return wrong("an ensemble here has 1 to " + Layout.MEMBERS_MAX + " members, not " + members);
        }
        if (basePort < 0 || basePort > Ports.baseMax(members)) {
            return wrong("--base-port must be 0 to " + Ports.baseMax(members));
        }
        if (serverCommand.isEmpty()) {
            return wrong("start it by the launcher: ./zabra ensemble");
        }
        try {
            Layout layout = new Layout(folder, Ports.of(members, basePort));
            String objection = layout.objection();
            boolean takesChanges = serverCommand.contains(KeptConfig.TAKES_CHANGES);
            if (objection.isEmpty()) {
                layout = layout.asLeft();
                takesChanges |= layout.takesChanges();
                objection = layout.objectionToWhatWasLeft(takesChanges);
            }
            if (objection.isEmpty()) {
                objection = Ports.objection(layout.ports(), layout.kept() ? OF_MEMBERS : OF_OPTION);
            }
            if (!objection.isEmpty()) {
                err.println("error: " + objection);
                return ExitCode.SOFTWARE;
            }
            layout.write();
            return run(layout, takesChanges);
        } catch (IOException e) {
            err.println("error: the ensemble cannot start: " + e);
            return ExitCode.SOFTWARE;
        }
    }

    private int wrong(String problem) {
        err.println("error: " + problem);
        return ExitCode.USAGE;
    }

    private int run(Layout layout, boolean takesChanges) throws IOException, InterruptedException {
        List<MemberProcess> processes = new ArrayList<>();
        try {
            for (int id : layout.ids()) {
                processes.add(MemberProcess.start(id, commandOfMember(), layout));
            }
        } catch (IOException e) {
            processes.forEach(MemberProcess::stop);
            throw e;
        }
        Launcher commands = Launcher.of(launcher, System.getenv(), basePort);
        Watch watch = new Watch(processes, layout, new Board(out, isTerminal()), commands, Watch.STOP_MAX);
        Thread stop = new Thread(watch::stop, "zabra-stop");
        Runtime.getRuntime().addShutdownHook(stop);
        Introduction.print(layout, processes, commands, takesChanges, out);
        watch.untilAllHaveEnded();
        return ExitCode.SOFTWARE;
    }

    /// The members share what the heap of one server may be. Options of the user's come later and win.
    private List<String> commandOfMember() {
        List<String> command = new ArrayList<>(serverCommand);
        command.add(1, "-XX:MaxRAMPercentage=" + HEAP_PERCENT / members);
        return command;
    }

    /// The console can be null after all, with `-Djdk.console=java.base`.
    @SuppressWarnings("SystemConsoleNull")
    private static boolean isTerminal() {
        Console console = System.console();
        return console != null && console.isTerminal();
    }
}
