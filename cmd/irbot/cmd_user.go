package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"irbot/internal/auth"
)

func (c *cli) userCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "user", Short: c.say("コンソールにサインインできる人", "who can sign in to the console"),
		Example: "  irbot user add sato\n  irbot user add mori --person mori --password-stdin < secret.txt\n  irbot user passwd sato\n  irbot user link watanabe\n  irbot user list",
	}
	cmd.AddCommand(c.userAdd(), c.userPasswd(), c.userLinkCommand(), c.userOff(), c.userList())
	return cmd
}

func (c *cli) userAdd() *cobra.Command {
	var person string
	var stdin bool
	cmd := &cobra.Command{
		Use: "add NAME", Short: c.say("利用者を作る", "make an account"), Args: c.args(1, 1),
		Example: "  irbot user add sato\n  irbot user add admin --person sato",
		RunE: func(cmd *cobra.Command, args []string) error {
			in := userArgs{Name: strings.TrimSpace(fullToHalf(args[0])), Person: person, New: true}
			if in.Person == "" {
				in.Person = in.Name
			}
			return c.setUser(cmd.Context(), in, stdin)
		},
	}
	cmd.Flags().StringVar(&person, "person", "", c.say("連絡先一覧のID（省くと名前と同じ）", "id in the directory (default: the name)"))
	cmd.Flags().BoolVar(&stdin, "password-stdin", false, c.say("標準入力の1行をパスワードにする", "read the password from standard input"))
	return cmd
}

func (c *cli) userPasswd() *cobra.Command {
	var stdin bool
	cmd := &cobra.Command{
		Use: "passwd NAME", Short: c.say("パスワードを変える（開いている画面は閉じます）", "change a password (open sessions end)"), Args: c.args(1, 1),
		Example: "  irbot user passwd sato",
		RunE: func(cmd *cobra.Command, args []string) error {
			return c.setUser(cmd.Context(), userArgs{Name: strings.TrimSpace(fullToHalf(args[0]))}, stdin)
		},
	}
	cmd.Flags().BoolVar(&stdin, "password-stdin", false, c.say("標準入力の1行をパスワードにする", "read the password from standard input"))
	return cmd
}

// setUser asks for the password and keeps only its hash.
func (c *cli) setUser(ctx context.Context, in userArgs, stdin bool) error {
	cfg, err := c.load()
	if err != nil {
		return err
	}
	if in.New {
		if _, ok := cfg.Directory.Person(in.Person); !ok {
			return &problem{exit: exitNotFound, code: "person.unknown", what: c.say("連絡先一覧に "+in.Person+" がありません", in.Person+" is not in the directory"),
				why: c.say("利用者は連絡先一覧の人に結びつきます", "an account belongs to a person of the directory"), fix: "irbot user add " + in.Name + " --person " + operator(cfg)}
		}
	}
	password, err := c.password(stdin)
	if err != nil {
		return err
	}
	if key := auth.Weak(password, in.Name); key != "" {
		return &problem{exit: exitUsage, code: key, what: c.say("このパスワードは使えません", "this password cannot be used"), why: c.weak(key), fix: c.say(fmt.Sprintf("%d文字以上の、名前を含まない言葉にしてください", auth.MinPassword), fmt.Sprintf("use at least %d characters, without the name", auth.MinPassword))}
	}
	if in.Hash, err = auth.Hash(password); err != nil {
		return err
	}
	done, err := ask[userDone](ctx, c, "user.put", in)
	if err != nil {
		if errors.Is(err, errUserThere) || strings.Contains(err.Error(), errUserThere.Error()) {
			return &problem{exit: exitConflict, code: "user.exists", what: c.say("利用者 "+in.Name+" はもういます", "the account "+in.Name+" is there already"), why: c.say("上書きはしません", "nothing is overwritten"), fix: "irbot user passwd " + in.Name}
		}
		return err
	}
	return c.answer("user", done, func() {
		c.printf("%s\n", c.say("できました  "+done.Name+"（"+done.Person+"）はサインインできます", "Done: "+done.Name+" ("+done.Person+") can sign in"))
	})
}

func (c *cli) weak(key string) string {
	return c.words.Or(c.lang, key, c.say("短すぎるか、よく使われる言葉です", "it is too short or too common")) + " (" + key + ")"
}

// password is asked for twice on a terminal, and read as one line else.
func (c *cli) password(stdin bool) (string, error) {
	if stdin {
		line, err := bufio.NewReader(io.LimitReader(c.in, 4096)).ReadString('\n')
		if err != nil && !errors.Is(err, io.EOF) {
			return "", fmt.Errorf("read password: %w", err)
		}
		return strings.TrimRight(line, "\r\n"), nil
	}
	f, ok := c.in.(*os.File)
	if !ok || !term.IsTerminal(int(f.Fd())) { //nolint:gosec // a file descriptor is small
		return "", &problem{exit: exitUsage, code: "password.missing", what: c.say("パスワードを聞けません", "cannot ask for a password"), why: c.say("端末ではありません", "this is not a terminal"), fix: "--password-stdin < FILE"}
	}
	once := func(prompt string) (string, error) {
		c.note("%s ", prompt)
		b, err := term.ReadPassword(int(f.Fd())) //nolint:gosec // small
		c.note("\n")
		if err != nil {
			return "", fmt.Errorf("read password: %w", err)
		}
		return string(b), nil
	}
	first, err := once(c.say("パスワード:", "Password:"))
	if err != nil {
		return "", err
	}
	again, err := once(c.say("もう一度:", "Again:"))
	if err != nil {
		return "", err
	}
	if first != again {
		return "", &problem{exit: exitUsage, code: "password.differs", what: c.say("2回の入力が違います", "the two differ"), why: c.say("何も変えていません", "nothing was changed"), fix: c.say("もう一度実行してください", "try again")}
	}
	return first, nil
}

func (c *cli) userLinkCommand() *cobra.Command {
	return &cobra.Command{
		Use: "link PERSON", Short: c.say("一度だけ入れるリンクを作る（1時間）", "make a one-time sign-in link (one hour)"), Args: c.args(1, 1),
		Example: "  irbot user link watanabe",
		RunE: func(cmd *cobra.Command, args []string) error {
			done, err := ask[userDone](cmd.Context(), c, "user.link", userArgs{Person: args[0]})
			if err != nil {
				return err
			}
			return c.answer("user", done, func() { c.printf("%s\n", done.Link) })
		},
	}
}

func (c *cli) userOff() *cobra.Command {
	return &cobra.Command{
		Use: "disable NAME", Short: c.say("利用者を止める（開いている画面も閉じます）", "shut an account out at once"), Args: c.args(1, 1),
		Example: "  irbot user disable mori",
		RunE: func(cmd *cobra.Command, args []string) error {
			done, err := ask[userDone](cmd.Context(), c, "user.off", userArgs{Name: args[0]})
			if err != nil {
				return err
			}
			return c.answer("user", done, func() { c.printf("%s\n", c.say(done.Name+" を止めました", done.Name+" is shut out")) })
		},
	}
}

func (c *cli) userList() *cobra.Command {
	return &cobra.Command{
		Use: "list", Short: c.say("利用者の一覧", "list accounts"), Args: c.args(0, 0),
		Example: "  irbot user list",
		RunE: func(cmd *cobra.Command, _ []string) error {
			v, cfg, err := c.view(cmd.Context())
			if err != nil {
				return err
			}
			defer v.Close()
			list, err := v.ListAccounts(cmd.Context())
			if err != nil {
				return err
			}
			type row struct {
				Name     string `json:"name"`
				Person   string `json:"person"`
				Disabled bool   `json:"disabled"`
			}
			rows, cells := []row{}, [][]string{}
			for _, a := range list {
				p, _ := cfg.Directory.Person(a.Person)
				state := c.say("使える", "active")
				if a.Disabled {
					state = c.say("停止", "disabled")
				}
				rows = append(rows, row{Name: a.Name, Person: a.Person, Disabled: a.Disabled})
				cells = append(cells, []string{a.Name, c.say(p.Name, p.NameEN), state})
			}
			return c.answer("user.list", rows, func() {
				c.table([]string{c.say("名前", "name"), c.say("人", "person"), c.say("状態", "state")}, cells)
			})
		},
	}
}
