def full_name(user):
    """How a colleague is called on the newsroom's screens. Nobody: the command line, or an account that is gone."""
    return user.get_full_name() or user.get_username() if user else "命令行"
