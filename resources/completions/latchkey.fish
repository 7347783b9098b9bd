# SPDX-FileCopyrightText: Latchkey contributors
# SPDX-License-Identifier: GPL-2.0-or-later
#
# fish completion for latchkey. What can be completed comes from `latchkey __complete KIND`.

# The words after the command, without options and their values.
function __latchkey_words
    set -l wants 0
    for word in (commandline -opc)[3..]
        if test $wants = 1
            set wants 0
        else if contains -- $word --for --access --scope --app --as --ask --profile --instance --since --place --action --allow --automatic --at --bytes --bytes-a-day --claim --grace --id --journal --limit --name --package --rate --uses --version --key --output --files --from --older --new-key --next-key --channel --repository --reason --withdraw --data --to --on --runtime
            set wants 1
        else if not string match -q -- '-*' $word
            echo $word
        end
    end
end

# Whether word number $argv[1] of one of the commands $argv[2..] is being typed. Number "last": any from there on.
function __latchkey_at
    set -l line (commandline -opc)
    contains -- "$line[2]" $argv[2..]
    and not contains -- -- $line
    and test (count (__latchkey_words)) = $argv[1]
end

function __latchkey_in
    set -l line (commandline -opc)
    contains -- "$line[2]" $argv
    and not contains -- -- $line
end

complete -c latchkey -f
complete -c latchkey -n 'test (count (commandline -opc)) = 1' -a '(latchkey __complete commands)'
complete -c latchkey -n 'test (count (commandline -opc)) -gt 1; and string match -q -- "-*" (commandline -ct); and not contains -- -- (commandline -opc)' -a '(latchkey __complete options (commandline -opc)[2])'

complete -c latchkey -n '__latchkey_at 0 run name confine settings' -a '(latchkey __complete apps)'
complete -c latchkey -n '__latchkey_at 0 answer' -a '(latchkey __complete requests)'
complete -c latchkey -n '__latchkey_at 1 answer' -a '(latchkey __complete verdicts)'
complete -c latchkey -n '__latchkey_at 0 grant' -a '(latchkey __complete holders)'
complete -c latchkey -n '__latchkey_at 1 grant' -a '(latchkey __complete kinds)'
complete -c latchkey -n '__latchkey_at 2 grant' -F
complete -c latchkey -n '__latchkey_in revoke suspend resume' -a '(latchkey __complete grants)'
complete -c latchkey -n '__latchkey_at 0 rules' -a '(latchkey __complete rule-acts)'
complete -c latchkey -n '__latchkey_at 1 rules; or __latchkey_at 0 stop-file' -a '(latchkey __complete grants)'
complete -c latchkey -n '__latchkey_at 2 rules; or __latchkey_at 1 stop-file; or __latchkey_at 1 why' -F
complete -c latchkey -n '__latchkey_at 0 why' -a '(latchkey __complete holders)'
complete -c latchkey -n '__latchkey_in restore' -a '(latchkey __complete ended-grants)'
complete -c latchkey -n '__latchkey_at 0 forget' -a '(latchkey __complete refusals)'
complete -c latchkey -n '__latchkey_in stop' -a '(latchkey __complete instances)'
complete -c latchkey -n '__latchkey_at 0 network; or __latchkey_at 1 confine' -a '(latchkey __complete switches)'
complete -c latchkey -n '__latchkey_at 0 connections' -a '(latchkey __complete connection-acts)'
complete -c latchkey -n '__latchkey_at 0 try' -a '(latchkey __complete trial-acts)'
complete -c latchkey -n '__latchkey_at 0 bundle' -a '(latchkey __complete bundle-acts)'
complete -c latchkey -n '__latchkey_at 0 repo' -a '(latchkey __complete repo-acts)'
complete -c latchkey -n 'begin; __latchkey_in bundle; and not __latchkey_at 0 bundle; end' -F
complete -c latchkey -n '__latchkey_in install' -F
complete -c latchkey -n '__latchkey_at 0 import' -F
complete -c latchkey -n '__latchkey_at 0 import' -a '(latchkey __complete flatpaks)'
complete -c latchkey -n '__latchkey_at 0 install' -a '(latchkey __complete offered-apps)'
complete -c latchkey -n '__latchkey_at 0 update remove rollback verify' -a '(latchkey __complete bundles)'
complete -c latchkey -n 'begin; __latchkey_in repo; and not __latchkey_at 0 repo; end' -F
complete -c latchkey -n '__latchkey_at 1 try' -a '(latchkey __complete trials)'
complete -c latchkey -n '__latchkey_at 2 try' -F
complete -c latchkey -n '__latchkey_at 1 settings' -a '(latchkey __complete settings)'
complete -c latchkey -n '__latchkey_at 0 peer' -a '(latchkey __complete peer-acts)'
complete -c latchkey -n '__latchkey_at 1 peer' -a '(latchkey __complete machines)'
complete -c latchkey -n '__latchkey_at 0 share' -a '(latchkey __complete machines)'
complete -c latchkey -n '__latchkey_at 1 share' -a '(latchkey __complete share-kinds)'
complete -c latchkey -n '__latchkey_at 0 request' -a '(latchkey __complete machines)'
complete -c latchkey -n '__latchkey_at 1 request' -a '(latchkey __complete request-kinds)'
complete -c latchkey -n '__latchkey_at 0 accept; or __latchkey_at 0 decline' -a '(latchkey __complete offers)'
complete -c latchkey -n '__latchkey_at 1 accept' -a '(latchkey __complete holders)'
complete -c latchkey -n '__latchkey_at 0 ask' -a '(latchkey __complete ask-kinds)'
complete -c latchkey -n '__latchkey_at 1 ask' -F
complete -c latchkey -n '__latchkey_at 0 help' -a '(latchkey __complete commands)'
complete -c latchkey -n '__latchkey_in run; and test (count (__latchkey_words)) -gt 0' -F
# Behind `--` it is another command's line.
complete -c latchkey -n 'contains -- -- (commandline -opc)' -a '(__fish_complete_subcommand --fcs-skip=(contains -i -- -- (commandline -opc)))'

complete -c latchkey -n '__latchkey_in answer grant rules' -l for -x -a '(latchkey __complete lifetimes)'
complete -c latchkey -n '__latchkey_in request' -l for -x -a '(latchkey __complete durations)'
complete -c latchkey -n '__latchkey_in request' -l withdraw -x -a '(latchkey __complete wishes)'
complete -c latchkey -n '__latchkey_in answer grant request rules why' -l access -x -a '(latchkey __complete accesses)'
complete -c latchkey -n '__latchkey_in answer grant rules' -l scope -x -a '(latchkey __complete scopes)'
complete -c latchkey -n '__latchkey_in grants revoke rules log' -l app -x -a '(latchkey __complete holders)'
complete -c latchkey -n '__latchkey_in run' -l as -x -a '(latchkey __complete apps)'
complete -c latchkey -n '__latchkey_in run' -l ask -x -a '(latchkey __complete asks)'
complete -c latchkey -n '__latchkey_in run' -l profile -x -a '(latchkey __complete profiles)'
complete -c latchkey -n '__latchkey_in grant' -l instance -x -a '(latchkey __complete instances)'
complete -c latchkey -n '__latchkey_in log' -l since -x -a '(latchkey __complete durations)'
complete -c latchkey -n '__latchkey_in rules' -l place -r -F
complete -c latchkey -n '__latchkey_in update' -l automatic -x -a '(latchkey __complete switches)'
complete -c latchkey -n '__latchkey_in install import' -l key -r -F
complete -c latchkey -n '__latchkey_in import' -l data -r -F
complete -c latchkey -n '__latchkey_in import' -l to -x -a '(latchkey __complete holders)'
complete -c latchkey -n '__latchkey_in verify' -l from -r -F
