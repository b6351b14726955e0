//! Texts on `completions` and `man`.

pub(super) const COMPLETIONS_OUTPUT: &str = "\
Where each shell looks for it:
  bash        ~/.local/share/bash-completion/completions/dataarts
  zsh         _dataarts, in a folder of $fpath, such as
              /usr/local/share/zsh/site-functions
  fish        ~/.config/fish/completions/dataarts.fish
  elvish      a file that ~/.config/elvish/rc.elv reads: eval (slurp <
              dataarts.elv)
  powershell  a file that $PROFILE reads: . ./dataarts.ps1

The names of commands, options and values are part of it: make it anew after an
update.";

pub(super) const COMPLETIONS_EXAMPLES: &str = "  \
  dataarts completions bash > /usr/share/bash-completion/completions/dataarts
  dataarts completions zsh > /usr/local/share/zsh/site-functions/_dataarts
  dataarts completions fish > ~/.config/fish/completions/dataarts.fish
  dataarts completions elvish > dataarts.elv
  dataarts completions powershell > dataarts.ps1";

pub(super) const MAN_OUTPUT: &str = "\
Each command has a page of its own, in section 1: dataarts.1,
dataarts-sync-tasks-list.1 and so on. A package puts them where `man` looks,
such as /usr/share/man/man1.";

pub(super) const MAN_EXAMPLES: &str = "  \
  dataarts man sync-tasks list | man -l -
  dataarts man --directory /usr/local/share/man/man1";
