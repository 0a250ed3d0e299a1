package accesshttp

import (
	"context"

	"parterre/modules/access"
	"parterre/modules/core/httpx"
	"parterre/modules/core/ids"
	"parterre/modules/core/page"
)

func (h handlers) users(api *httpx.API) {
	httpx.Register(api, httpx.Op{ID: "access.listUsers", Method: "GET", Path: "/api/v1/users", Tag: tag, Summary: "List staff", Needs: "access.read"}, h.list)
	httpx.Register(api, httpx.Op{
		ID: "access.createUser", Method: "POST", Path: "/api/v1/users", Tag: tag, Summary: "Add a member of staff",
		Detail: "The password is the first one and must be changed at the first sign-in. 409 access.login_taken; a login is taken once, so a repeated request does no harm.",
		Needs:  "access.manage", Mode: httpx.ByHandler, Status: 201, Errors: []int{409, 429},
	}, h.create)
	httpx.Register(api, httpx.Op{
		ID: "access.getUser", Method: "GET", Path: "/api/v1/users/{user}", Tag: tag, Summary: "One member of staff",
		Needs: "access.read", Errors: []int{404},
	}, h.get)
	httpx.Register(api, httpx.Op{
		ID: "access.updateUser", Method: "PATCH", Path: "/api/v1/users/{user}", Tag: tag, Summary: "Rename, disable or give a new password",
		Detail: "What is left out stays. Disabling and a new password end the user's sessions at once.",
		Needs:  "access.manage", Mode: httpx.ByHandler, Errors: []int{404, 409, 429},
	}, h.update)
	httpx.Register(api, httpx.Op{
		ID: "access.setRoles", Method: "PUT", Path: "/api/v1/users/{user}/roles", Tag: tag, Summary: "Set a user's roles",
		Detail: "Counts from the user's next request on. Nobody sets their own; some roles exclude each other (access.roles_apart).",
		Needs:  "access.manage", Errors: []int{404, 409},
	}, h.roles)
	httpx.Register(api, httpx.Op{ID: "access.listRoles", Method: "GET", Path: "/api/v1/roles", Tag: tag, Summary: "Roles and what each may do", Needs: httpx.SignedIn}, h.allRoles)
	httpx.Register(api, httpx.Op{ID: "access.getPolicy", Method: "GET", Path: "/api/v1/access-policy", Tag: tag, Summary: "Rules for passwords and sessions", Needs: "access.read"}, h.policy)
	httpx.Register(api, httpx.Op{ID: "access.setPolicy", Method: "PUT", Path: "/api/v1/access-policy", Tag: tag, Summary: "Set the rules for passwords and sessions", Needs: "access.manage"}, h.setPolicy)
}

type usersOutput struct{ Body page.Page[access.Account] }

func (h handlers) list(ctx context.Context, in *page.Request) (*usersOutput, error) {
	p, err := h.s.Accounts(ctx, *in)
	return &usersOutput{p}, err
}

type createInput struct {
	Body struct {
		Login    string        `json:"login" minLength:"2" maxLength:"64" doc:"Small letters, digits and . _ @ -"`
		Name     string        `json:"name" minLength:"1" maxLength:"100"`
		Password string        `json:"password" minLength:"8" maxLength:"128"`
		Roles    []access.Role `json:"roles" maxItems:"7" uniqueItems:"true"`
	}
}

type userOutput struct{ Body access.Account }

func (h handlers) create(ctx context.Context, in *createInput) (*userOutput, error) {
	roles, err := parseRoles(in.Body.Roles)
	if err != nil {
		return nil, err
	}
	a, err := h.s.CreateAccount(ctx, access.NewAccount{Login: in.Body.Login, Name: in.Body.Name, Password: in.Body.Password, Roles: roles})
	return &userOutput{a}, err
}

func parseRoles(in []access.Role) ([]access.Role, error) {
	for _, r := range in {
		if _, err := access.ParseRole(string(r)); err != nil {
			return nil, err
		}
	}
	return in, nil
}

type userInput struct {
	User ids.ID `path:"user"`
}

func (h handlers) get(ctx context.Context, in *userInput) (*userOutput, error) {
	a, err := h.s.Account(ctx, in.User)
	return &userOutput{a}, err
}

type updateInput struct {
	User ids.ID `path:"user"`
	Body struct {
		Name     *string `json:"name,omitempty" minLength:"1" maxLength:"100"`
		Disabled *bool   `json:"disabled,omitempty"`
		Password *string `json:"password,omitempty" minLength:"8" maxLength:"128"`
	}
}

func (h handlers) update(ctx context.Context, in *updateInput) (*userOutput, error) {
	a, err := h.s.UpdateAccount(ctx, in.User, access.AccountUpdate{Name: in.Body.Name, Disabled: in.Body.Disabled, Password: in.Body.Password})
	return &userOutput{a}, err
}

type rolesInput struct {
	User ids.ID `path:"user"`
	Body struct {
		Roles []access.Role `json:"roles" maxItems:"7" uniqueItems:"true"`
	}
}

func (h handlers) roles(ctx context.Context, in *rolesInput) (*userOutput, error) {
	roles, err := parseRoles(in.Body.Roles)
	if err != nil {
		return nil, err
	}
	a, err := h.s.SetRoles(ctx, in.User, roles)
	return &userOutput{a}, err
}

type permission struct {
	Name httpx.Permission `json:"name"`
	Zh   string           `json:"zh"`
	En   string           `json:"en"`
	Key  bool             `json:"key" doc:"May be given to an API key"`
}

type role struct {
	Role        access.Role        `json:"role"`
	Zh          string             `json:"zh"`
	En          string             `json:"en"`
	Permissions []httpx.Permission `json:"permissions"`
}

type rolesOutput struct {
	Body struct {
		Roles       []role       `json:"roles"`
		Permissions []permission `json:"permissions"`
	}
}

func (h handlers) allRoles(context.Context, *struct{}) (*rolesOutput, error) {
	out := &rolesOutput{}
	for _, r := range access.Roles {
		out.Body.Roles = append(out.Body.Roles, role{r.Role, r.Zh, r.En, access.PermissionsOf([]access.Role{r.Role})})
	}
	for _, g := range access.Grants {
		out.Body.Permissions = append(out.Body.Permissions, permission{g.Permission, g.Zh, g.En, access.KeyMay(g.Permission)})
	}
	return out, nil
}

type policyBody struct{ Body access.Policy }

func (h handlers) policy(ctx context.Context, _ *struct{}) (*policyBody, error) {
	p, err := h.s.Policy(ctx)
	return &policyBody{p}, err
}

func (h handlers) setPolicy(ctx context.Context, in *policyBody) (*policyBody, error) {
	return in, h.s.SetPolicy(ctx, in.Body)
}
