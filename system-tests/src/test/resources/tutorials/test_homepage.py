# What the tutorial series checks of the running marketplace's page, as a program.
from urllib.request import urlopen


def test_render_homepage():
    homepage_html = urlopen("http://localhost:5000").read().decode("utf-8")
    assert "<title>Online Books For You</title>" in homepage_html
    assert homepage_html.count("<li>") == 3


test_render_homepage()
print("passed")
