using PacsFusion.Node.Cli;

return await new CommandLine(Verbs.All).RunAsync(args, Console.Out, Console.Error).ConfigureAwait(false);
